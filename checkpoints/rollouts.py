"""The rollout that was set, those before it, and the ledger's word of who changed it and why."""

from __future__ import annotations

import hashlib
import json

from pydantic import AwareDatetime, BaseModel, ConfigDict

from checkpoints.database import Database
from checkpoints.transaction import snapshot, transaction
from graph.rollout import Rollout

RULES, HISTORY = "rollout", "rollout_history"


class RolloutSetting(BaseModel):
    """One setting: since when, by whom, why. None as the rules means that the policy's counted."""

    model_config = ConfigDict(frozen=True)

    rules: Rollout | None
    since: AwareDatetime
    who: str
    why: str


class RolloutSwitch:
    """The rollout of one installation. Runs read it when they start."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self) -> tuple[RolloutSetting, ...]:
        """All settings that can be gone back to, the one in force last; nothing where none was ever set."""
        with snapshot(self._database):
            row = self._database.execute("select value from switches where name = ?", (HISTORY,)).fetchone()
        return tuple(RolloutSetting.model_validate(each) for each in json.loads(row[0])) if row else ()

    def set(self, setting: RolloutSetting, policy_version: str) -> None:
        """Put new rules in force."""
        with transaction(self._database):
            self._write((*self._known(), setting))
            self._record(setting, f"rollout set: {_name(setting)}", policy_version)

    def roll_back(self, at: AwareDatetime, who: str, why: str, policy_version: str) -> RolloutSetting | None:
        """Put the rules before the present ones in force again; None where there is nothing to go back to."""
        with transaction(self._database):
            known = self._known()
            if not known:
                return None
            before = known[-2].rules if len(known) > 1 else None
            setting = RolloutSetting(rules=before, since=at, who=who, why=why)
            self._write((*known[:-2], setting) if before is not None else ())
            self._record(setting, f"rollout rolled back: {_name(known[-1])} to {_name(setting)}", policy_version)
        return setting

    def _known(self) -> tuple[RolloutSetting, ...]:
        row = self._database.execute("select value from switches where name = ?", (HISTORY,)).fetchone()
        return tuple(RolloutSetting.model_validate(each) for each in json.loads(row[0])) if row else ()

    def _write(self, settings: tuple[RolloutSetting, ...]) -> None:
        self._database.execute("delete from switches where name in (?, ?)", (RULES, HISTORY))
        if settings and settings[-1].rules is not None:
            told = json.dumps([each.model_dump(mode="json") for each in settings])
            self._database.execute("insert into switches values (?, ?)", (RULES, settings[-1].rules.model_dump_json()))
            self._database.execute("insert into switches values (?, ?)", (HISTORY, told))

    def _record(self, setting: RolloutSetting, what: str, policy_version: str) -> None:
        rules = setting.rules.model_dump_json() if setting.rules else ""
        self._database.execute(
            "insert into ledger (at, case_id, run_id, who, what, why, policy_version, fingerprint) values (?, null, '', ?, ?, ?, ?, ?)",
            (setting.since.isoformat(), setting.who, what, setting.why, policy_version, hashlib.sha256(rules.encode()).hexdigest()[:16]),
        )


def _name(setting: RolloutSetting) -> str:
    return (setting.rules.phase or "own rules") if setting.rules else "the policy's"
