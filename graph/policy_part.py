"""What every table of the policy file is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A frozen table of the policy file; unknown keys are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
