"""Everything that a command's houses share, as the environment and the data folder say it."""

from __future__ import annotations

from pathlib import Path

from checkpoints.storage import Storages
from graph.policy import Policy
from server.cli.keys import keys_or_refuse
from server.cli.outside import model_or_refuse, tracing
from server.cli.own_words import words_or_refuse
from server.cli.wires import deployments_or_refuse, wires_or_refuse
from server.wiring import Furnishing, furnish


def furnished(policy: Policy, folder: Path | None, storages: Storages, *, embedded_patience: float | None = None) -> Furnishing:
    """Own words, connections, entry points, model, traces and keys; what cannot be used ends the command.

    Without a folder there are no connections, entry points or keys. `embedded_patience`: seconds for systems that are not connected;
    without it the policy's.
    """
    wires = wires_or_refuse(folder) if folder else None
    return furnish(
        policy,
        folder=folder,
        storages=storages,
        textbook=words_or_refuse(),
        patience=None if wires else embedded_patience,
        wires=wires,
        deployments=deployments_or_refuse(folder) if folder else None,
        model=model_or_refuse(),
        tracing=tracing(),
        keys=keys_or_refuse() if folder else (),
    )
