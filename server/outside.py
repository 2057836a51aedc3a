"""The language model that an environment names."""

from __future__ import annotations

from collections.abc import Mapping

from graph.language_model import NoModel
from graph.ports import Model
from tools.language_model.chat import ChatModel
from tools.language_model.settings import ModelSettings


def model_of(environment: Mapping[str, str]) -> Model:
    """The model of `WISMO_MODEL`; where it is not set there is none. Raises `ModelSettingsError`."""
    settings = ModelSettings.of(environment)
    return ChatModel(settings) if settings.is_on else NoModel()
