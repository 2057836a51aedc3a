"""The language model that the environment names, or a clear refusal. Nothing set: no model."""

from __future__ import annotations

import os

from graph.language_model import NoModel
from graph.ports import Model
from server.cli.refusal import refuse
from tools.language_model.chat import ChatModel
from tools.language_model.settings import ModelSettings, ModelSettingsError


def model_or_refuse() -> Model:
    """One model for all houses of this process."""
    try:
        settings = ModelSettings.of(os.environ)
    except ModelSettingsError as error:
        refuse(str(error))
    return ChatModel(settings) if settings.is_on else NoModel()
