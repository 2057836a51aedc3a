"""What a run asks of its checkpointer, wherever the checkpoints are kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple


class RunSaver(BaseCheckpointSaver[Any]):
    """A blocking saver for the event loop. A run writes one checkpoint at its end or none: a thread for each costs more than the statement."""

    @abstractmethod
    def threads(self, after: str, limit: int) -> tuple[str, ...]:
        """Some threads by name, after that name."""

    @abstractmethod
    def threads_of_run(self, run_id: str) -> tuple[str, ...]:
        """The threads in which a run was tried, the last try first: `run_x`, and `run_x.2.0` after a lost race or a crash."""

    @abstractmethod
    def is_readable(self) -> bool:
        """Whether the checkpoints can be read now."""

    @abstractmethod
    def close(self) -> None:
        """Give up what belongs to this saver alone."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The newest (or named) checkpoint of a thread."""
        return self.get_tuple(config)

    async def alist(
        self, config: RunnableConfig | None, *, filter: dict[str, Any] | None = None, before: RunnableConfig | None = None, limit: int | None = None
    ) -> AsyncIterator[CheckpointTuple]:
        """Checkpoints, newest first."""
        for item in self.list(config, filter=filter, before=before, limit=limit):
            yield item

    async def aput(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        """Store a checkpoint."""
        return self.put(config, checkpoint, metadata, new_versions)

    async def aput_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        """Store the writes of a task."""
        self.put_writes(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a thread."""
        self.delete_thread(thread_id)
