"""Where the command line keeps cases, when it keeps them."""

from __future__ import annotations

import os
from pathlib import Path


def default_data_folder() -> Path:
    """`WISMO_DATA_DIR`, else `wismo` in the folder where this user's programs keep their data."""
    if own := os.environ.get("WISMO_DATA_DIR"):
        return Path(own)
    shared = os.environ.get("XDG_DATA_HOME")
    return (Path(shared) if shared else Path.home() / ".local" / "share") / "wismo"
