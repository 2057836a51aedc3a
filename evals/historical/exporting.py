"""The sample's tickets as other helpdesks would export them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evals.historical.draft import Json

CHANNELS = {"ticket": "web", "email": "email", "chat": "native_messaging"}
FIELD_CATEGORY, FIELD_DID = 360001, 360002


def zendesk_rows(tickets: Iterable[Json]) -> Iterator[Json]:
    """Tickets with `via.channel`, custom fields by number, and comments whose first one repeats the description."""
    for number, ticket in enumerate(tickets, 1):
        fields = [{"id": FIELD_CATEGORY, "value": ticket["category"].lower()}, {"id": FIELD_DID, "value": ",".join(ticket["did"])}]
        first = {
            "id": number * 100,
            "author_role": "end-user",
            "public": True,
            "created_at": ticket["created_at"],
            "plain_body": ticket["description"],
        }
        rest = [
            {
                "id": number * 100 + place,
                "author_role": "end-user" if each["author"] == "customer" else "agent",
                "public": True,
                "created_at": each["at"],
                "plain_body": each["text"],
            }
            for place, each in enumerate(ticket.get("comments", ()), 1)
        ]
        yield {
            "id": int(ticket["ticket_id"][2:]),
            "created_at": ticket["created_at"],
            "via": {"channel": CHANNELS[ticket["channel"]]},
            "requester": {"email": ticket["requester_email"]},
            "subject": ticket.get("subject", ""),
            "description": ticket["description"],
            "tags": ticket["tags"],
            "custom_fields": fields,
            "comments": [first, *rest],
        }
