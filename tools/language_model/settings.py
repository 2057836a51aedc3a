"""What the environment says about the language model. Nothing set: no model."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from graph.language_model import ModelUse

PREFIX = "WISMO_MODEL"
Method = Literal["json_schema", "function_calling", "json_mode"]


class ModelSettingsError(ValueError):
    """A setting of the model cannot be used: which one, and why."""


def _listed(text: object) -> object:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(text, str) else text


class ModelSettings(BaseModel):
    """One model, what it may be used for, and what it may cost. Each field is `WISMO_MODEL_` and its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = ""
    """`WISMO_MODEL` itself: the model's name at its server. Empty: there is no model."""
    base_url: str = ""
    """Empty: OpenAI's own address."""
    api_key: SecretStr = SecretStr("")
    method: Method = "json_schema"
    uses: Annotated[frozenset[ModelUse], BeforeValidator(_listed)] = frozenset(ModelUse)
    temperature: Annotated[float, Field(ge=0, le=2)] | None = 0.0
    """Empty: not sent, for models that take none."""
    thinking_tokens: Annotated[int, Field(ge=0)] = 0
    """Added to the length of every answer, for models that think before they answer."""

    seconds: Annotated[float, Field(gt=0, le=60)] = 8.0
    """For all calls of one run together: a slow or dead model delays a reply by this at most."""
    tokens: Annotated[int, Field(gt=0)] = 6_000
    cost: Annotated[Decimal, Field(gt=0)] = Decimal("0.05")
    """Per question, in the currency of the prices."""
    case_seconds: Annotated[float, Field(gt=0)] = 120.0
    case_tokens: Annotated[int, Field(gt=0)] = 40_000
    case_cost: Annotated[Decimal, Field(gt=0)] = Decimal("0.50")
    input_price: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    output_price: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    """Per million tokens. Without prices there is no cost, and no limit of it."""

    failures: Annotated[int, Field(gt=0)] = 3
    rest_seconds: Annotated[float, Field(gt=0)] = 30.0
    """After so many failures in a row nothing is asked for so long; then one question tries whether it is back."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> ModelSettings:
        """From `WISMO_MODEL`, `WISMO_MODEL_BASE_URL`, ... Raises `ModelSettingsError` with the setting's name."""
        given: dict[str, object] = {"name": environment.get(PREFIX, "").strip()}
        for field in cls.model_fields:
            value = environment.get(f"{PREFIX}_{field.upper()}")
            if field == "temperature" and value is not None and not value.strip():
                given[field] = None
            elif field != "name" and value is not None and value.strip():
                given[field] = value.strip()
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            raise ModelSettingsError(f"{PREFIX}_{str(problem['loc'][0]).upper()}: {problem['msg']}") from None

    @property
    def is_on(self) -> bool:
        """Whether there is a model."""
        return bool(self.name)
