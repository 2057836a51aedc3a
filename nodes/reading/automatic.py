"""Recognises mail that no person wrote."""

from __future__ import annotations

from collections.abc import Mapping

from prompts.vocabulary.mail import mail_marks

_BULK = frozenset({"auto_reply", "auto-reply", "bulk", "junk", "list"})
_LINES_READ = 4
_LONGEST_AUTOMATIC = 1200


def is_automatic(*, new_text: str, subject: str, metadata: Mapping[str, str]) -> bool:
    """Whether headers, subject or plain words say that a machine answered."""
    headers = {key.lower().replace("_", "-"): str(value).strip().lower() for key, value in metadata.items()}
    if headers.get("auto-submitted", "no") not in {"no", ""}:
        return True
    if headers.get("x-autoreply", "no") not in {"no", "", "false"} or headers.get("x-autorespond", "") not in {"", "no"}:
        return True
    if headers.get("precedence", "") in _BULK or headers.get("content-type", "").startswith("multipart/report"):
        return True
    return mail_marks().automatic_subject.match(subject.strip()) is not None or _says_so(new_text)


def _says_so(text: str) -> bool:
    if len(text) > _LONGEST_AUTOMATIC or "?" in text:
        return False
    lines = [line.strip() for line in text.split("\n") if line.strip()][:_LINES_READ]
    return any(mail_marks().automatic_body.match(line) for line in lines)
