"""The shop's own words on the command line: `WISMO_SHOP_DIR`, or the shipped texts."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from prompts.text_files import TextBookError
from prompts.texts import TextBook
from server.cli.refusal import refuse


def words_or_refuse() -> TextBook:
    """The customer texts that this installation uses. A folder with a mistake ends the command with file and key."""
    own = os.environ.get("WISMO_SHOP_DIR")
    try:
        return _words(Path(own) if own else None)
    except (TextBookError, OSError) as wrong:
        refuse(f"WISMO_SHOP_DIR: {wrong}")


@lru_cache(maxsize=4)
def _words(folder: Path | None) -> TextBook:
    return TextBook.load(folder)
