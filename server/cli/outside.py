"""What the environment names outside the house: the language model and LangSmith, or a clear refusal. Nothing set: none of them."""

from __future__ import annotations

import os

from graph.ports import Model
from server.cli.refusal import refuse
from server.outside import model_of
from server.tracing import Tracing, tracing_of
from tools.language_model.settings import ModelSettingsError


def model_or_refuse() -> Model:
    """One model for all houses of this process."""
    try:
        return model_of(os.environ)
    except ModelSettingsError as error:
        refuse(str(error))


def tracing() -> Tracing:
    """One tracer for all houses of this process."""
    return tracing_of(os.environ)
