"""What the environment says about Slack and about links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

SLACK_API = "https://slack.com/api/"


@dataclass(frozen=True)
class SlackSettings:
    """Tokens and secrets; nothing of it is ever shown."""

    bot_token: str = ""
    signing_secret: str = ""
    app_token: str = ""
    api_url: str = SLACK_API

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> SlackSettings:
        """From `SLACK_BOT_TOKEN`, `SLACK_SIGNING_SECRET` (HTTP mode), `SLACK_APP_TOKEN` (Socket Mode) and `SLACK_API_URL`."""
        return cls(
            bot_token=environment.get("SLACK_BOT_TOKEN", ""),
            signing_secret=environment.get("SLACK_SIGNING_SECRET", ""),
            app_token=environment.get("SLACK_APP_TOKEN", ""),
            api_url=environment.get("SLACK_API_URL") or SLACK_API,
        )


@dataclass(frozen=True)
class Links:
    """Where a reviewer can look further."""

    base_url: str = ""
    project_url: str = ""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Links:
        """From `WISMO_BASE_URL`, and `WISMO_LANGSMITH_PROJECT_URL` while `LANGSMITH_TRACING` is on."""
        traces = environment.get("LANGSMITH_TRACING", "").lower() in {"true", "1", "yes"}
        return cls(
            base_url=environment.get("WISMO_BASE_URL", "").rstrip("/"),
            project_url=environment.get("WISMO_LANGSMITH_PROJECT_URL", "").rstrip("/") if traces else "",
        )

    def case(self, case_id: str) -> str:
        """The page of a case; empty where no address is configured."""
        return f"{self.base_url}/cases/{quote(case_id, safe='')}" if self.base_url else ""

    def run(self, run_id: str) -> str:
        """The trace of a run's thread; empty while tracing is off."""
        return f"{self.project_url}/t/{quote(run_id, safe='')}" if self.project_url else ""
