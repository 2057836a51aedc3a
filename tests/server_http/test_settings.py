"""Settings are named where they cannot be used, and never quoted."""

from __future__ import annotations

import pytest

from graph.labels import Mode
from server.http.settings import HttpSettings, SettingsError


def test_nothing_has_to_be_set() -> None:
    settings = HttpSettings.of({})
    assert (settings.mode, settings.per_minute, dict(settings.secrets)) == (Mode.SHADOW, 600, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WISMO_WEBHOOK_SECRET_OMS", "plain text"),
        ("WISMO_WEBHOOK_SECRET_OMS", "whsec_c2hvcnQ="),
        ("WISMO_WEBHOOK_SECRET_SHOP", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("WISMO_RATE_PER_MINUTE", "0"),
        ("WISMO_RATE_PER_MINUTE", "-5"),
        ("WISMO_RATE_PER_MINUTE", "many"),
        ("WISMO_RATE_PER_MINUTE", "9999999"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        HttpSettings.of({name: value})
    assert value not in str(refused.value).replace("between 1 and 1000000", "")


def test_an_empty_setting_is_none() -> None:
    assert HttpSettings.of({"WISMO_WEBHOOK_SECRET_OMS": "", "WISMO_RATE_PER_MINUTE": ""}) == HttpSettings()
