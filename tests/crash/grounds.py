"""Where the service runs that is killed: one process on SQLite, or a door and two workers on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from checkpoints.database import Database
from checkpoints.postgres.storage import Postgres
from checkpoints.storage import SqliteFolder
from tests.crash.service import Command
from tests.databases import closing_too

AT_THE_DOOR = frozenset({"before_inbox", "after_inbox"})
_SERVES = r"(http://\S+:\d+) serves"
_WORKS = r"(worker:\S+) works in"


@dataclass(frozen=True)
class Ground:
    """A folder, and the address of the database beside it where the cases are not in the folder."""

    folder: Path
    address: str | None = None

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def commands(self, world: Path, crashes: Iterable[str]) -> list[Command]:
        """What is kept up; the first is the door. Each dies where its part of the work is done."""
        serve = ("serve", "--port", "0", "--live", "--data", str(self.data), "--world", str(world))
        if self.address is None:
            return [Command(serve, {}, _SERVES, crashes)]
        on, wanted = {"WISMO_DATABASE_URL": self.address}, list(crashes)
        door = [one for one in wanted if one.partition(":")[0] in AT_THE_DOOR]
        work = ("worker", "--slots", "4", "--data", str(self.data))
        workers = [one for one in wanted if one not in door]
        return [Command(serve, on, _SERVES, door), Command(work, on, _WORKS, workers[::2]), Command(work, on, _WORKS, workers[1::2])]

    def store(self) -> closing[Database]:
        """A connection to the cases."""
        if self.address is None:
            return closing(SqliteFolder(self.data).connect())
        storage = Postgres(self.address)
        return closing(closing_too(storage.connect(), storage.close))
