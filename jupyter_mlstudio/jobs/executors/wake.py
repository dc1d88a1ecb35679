"""Sees to it that somebody brings waiting jobs to their clusters."""

import time
from pathlib import Path

from jupyter_mlstudio.core.processes import account, start_detached
from jupyter_mlstudio.jobs.executors.available import installed
from jupyter_mlstudio.jobs.executors.placements import Placements
from jupyter_mlstudio.jobs.executors.types import CLUSTERS
from jupyter_mlstudio.jobs.place import Place

AGENT = "jupyter_mlstudio.jobs.executors.agent"
PAUSE = 3.0  # seconds in which no second agent is started: the first one may be on its way, or failing
SOME = """EXISTS (SELECT 1 FROM jobs WHERE project = :project AND executor = :executor AND state = '{}'
                AND (account IS NULL OR account = :account))"""
BUSY = f"SELECT 1 WHERE {SOME.format('queued')} OR {SOME.format('running')}"  # as there are indexes


def wake(place: Place) -> None:
    """Start the agent of each executor that has no agent but jobs, or a cluster that a killed agent has left.

    Costs next to nothing where all jobs run here.

    Two that do this at once start two agents, of which one ends at once.
    """
    values = {"project": place.project_id, "account": account()}
    for executor in CLUSTERS:
        busy = mark_of(place, executor).exists() or place.database.run(BUSY, values | {"executor": executor}).rows
        if busy and installed(executor):
            _wake(place, executor)


def _wake(place: Place, executor: str) -> None:
    placements, settings = Placements(place.database, place.project_id), str(place.settings_file)
    agent = placements.agent(executor)
    if agent is None or not agent.lives:
        start_agent(place, executor)
    elif agent.wanted != settings:
        placements.want(executor, settings)


def start_agent(place: Place, executor: str, settings: str | None = None) -> None:
    """Start an agent, unless somebody just has; it ends at once if there is one."""
    log = place.state / "executors" / f"{executor}.log"
    if settings is not None or not _just_started(mark_of(place, executor)):
        arguments = [str(place.project), settings or str(place.settings_file), executor]
        start_detached(AGENT, arguments, log, {})


def mark_of(place: Place, executor: str) -> Path:
    """Return the file that is there while somebody may have to look after a cluster."""
    return place.state / "executors" / f"{executor}.started"


def _just_started(mark: Path) -> bool:
    try:
        if time.time() - mark.stat().st_mtime < PAUSE:
            return True
    except FileNotFoundError:
        mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return False
