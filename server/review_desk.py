"""Where review requests go. A house without a desk keeps them in its store: `wismo reviews` shows them, `wismo decide` answers them."""

from __future__ import annotations

from typing import Protocol

from checkpoints.outbox import Outbox, Pending
from graph.commit import AskReviewer


class ReviewDesk(Protocol):
    """Puts review requests before people. What cannot be put there now stays pending in the outbox."""

    async def deliver(self, outbox: Outbox, pending: Pending, effect: AskReviewer) -> None:
        """Show one step of a review, and mark the effect delivered once it is shown."""


class QuietDesk:
    """Shows nothing: the store itself is the desk."""

    async def deliver(self, outbox: Outbox, pending: Pending, effect: AskReviewer) -> None:
        """Mark the effect delivered."""
        outbox.delivered(pending)
