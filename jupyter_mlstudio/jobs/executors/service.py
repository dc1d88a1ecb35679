"""What can be asked about executors."""

import socket
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from jupyter_mlstudio.jobs.capacity import supply_of
from jupyter_mlstudio.jobs.executors.available import LABELS, address_of, install, installed
from jupyter_mlstudio.jobs.executors.local import capabilities
from jupyter_mlstudio.jobs.executors.placements import AgentRow, Placements
from jupyter_mlstudio.jobs.executors.types import Capabilities, ExecutorList, ExecutorName, ExecutorStatus
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.schema import prepare

ANSWER = 0.5  # seconds that a cluster's machine may take to answer
NOTHING = Capabilities(workers=[], tokens={}, dashboard=None)
NAMES: tuple[ExecutorName, ...] = ("local", "dask", "ray")
State = Literal["ready", "resting", "starting", "unreachable", "missing"]
Counts = Mapping[tuple[str, str], int]


class Executors:
    """Tells where jobs can run, from what the agents have noted; imports no engine and leaves nothing behind."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def all(self) -> ExecutorList:
        """Return the executors, this machine first."""
        placements = self._placements() if self._place.used else None
        counts = {} if placements is None else placements.counts()
        return ExecutorList(items=[self._status(name, placements, counts) for name in NAMES])

    def _placements(self) -> Placements:
        prepare(self._place.database, self._place.project_id)
        return Placements(self._place.database, self._place.project_id)

    def _status(self, name: ExecutorName, placements: Placements | None, counts: Counts) -> ExecutorStatus:
        settings, version = self._place.settings, installed(name)
        agent = None if placements is None or name == "local" else placements.agent(name)
        address = address_of(name, settings)
        state, reason = ("ready", None) if name == "local" else _state(name, version, agent, address)
        has = self._has(name, agent if state == "ready" else None)
        return ExecutorStatus(
            name=name,
            label=LABELS[name],
            default=name == settings.executor,
            available=version is not None,
            reason=reason,
            version=version,
            install=install(name) if version is None else None,
            address=address,
            dashboard=has.dashboard,
            state=state,
            workers=has.workers,
            tokens=has.tokens,
            running=counts.get((name, "running"), 0),
            waiting=counts.get((name, "queued"), 0),
        )

    def _has(self, name: ExecutorName, agent: AgentRow | None) -> Capabilities:
        if name == "local":
            return capabilities(supply_of(self._place.settings).limits)
        return NOTHING if agent is None or agent.capabilities is None else agent.capabilities


def _state(name: str, version: str | None, agent: AgentRow | None, address: str | None) -> tuple[State, str | None]:
    if version is None:
        return "missing", f"{LABELS[name]} is not installed here. Run {install(name)} and start the server again."
    if agent is not None and agent.lives:
        if agent.problem is not None:
            return "unreachable", agent.problem
        return ("ready", None) if agent.capabilities is not None else ("starting", "The cluster is being reached.")
    if address is not None and not _answers(address):
        return "unreachable", f"Nothing answers at {address}. Start the cluster, or correct executor_address."
    where = "a cluster on this machine" if address is None else "the connection to the cluster"
    return "resting", f"The first job starts {where}."


def _answers(address: str) -> bool:
    """Tell whether something listens; where no port is named there is nothing to ask."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if host is None or port is None:
        return True
    with socket.socket() as probe:
        probe.settimeout(ANSWER)
        try:
            return probe.connect_ex((host, port)) == 0
        except OSError:
            return False
