"""The key of the checkpoints on the command line."""

from __future__ import annotations

import os

from server.cli.refusal import refuse
from server.encryption import EncryptionKeyError, keys_of


def keys_or_refuse() -> tuple[bytes, ...]:
    """The keys that the environment names. A key that cannot be used ends the command."""
    try:
        return keys_of(os.environ)
    except EncryptionKeyError as wrong:
        refuse(str(wrong))
