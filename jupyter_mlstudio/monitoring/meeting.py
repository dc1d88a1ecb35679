"""How monitoring meets the other features, which it does not import: through what the Studio hands it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.monitoring.findings import RuleFinding


class WatchedModel(NamedTuple):
    """A deployment of an endpoint, as monitoring sees it."""

    number: int
    label: str
    folder: Path


class Watched(NamedTuple):
    """An endpoint, as monitoring sees it.

    Attributes:
        folder: Where the endpoint keeps what it captures, under `capture`.
        number: The deployment that answers, or else the newest; None if there is none.
        traffic: The deployments that get requests, shadows left out.
    """

    id: str
    name: str
    folder: Path
    number: int | None
    traffic: tuple[int, ...]
    models: tuple[WatchedModel, ...]
    capture_share: float

    def model(self, number: int) -> WatchedModel | None:
        """Return one of its deployments."""
        return next((model for model in self.models if model.number == number), None)


@dataclass(frozen=True)
class Meeting:
    """What other features do for monitoring.

    Attributes:
        endpoints: Lists the endpoints, the newest first.
        check_rules: Holds a Polars frame of raw live rows against the rules of a recipe, given as its text.
        schedule: Makes or replaces the schedule that runs a notebook: its id or None, name, notebook, parameters,
            minutes or None, cron or None; returns the id.
        unschedule: Removes a schedule.
        next_time: Returns when a schedule is due next.
        run_workflow: Starts a workflow file with parameters; returns the id of the run.
        read_table: Reads a file of the project as a Polars frame.
    """

    endpoints: Callable[[], Sequence[Watched]]
    check_rules: Callable[[str, Any], list[RuleFinding]]
    schedule: Callable[[str | None, str, str, Mapping[str, JsonValue], int | None, str | None], str]
    unschedule: Callable[[str], None]
    next_time: Callable[[str], datetime | None]
    run_workflow: Callable[[str, Mapping[str, JsonValue]], str]
    read_table: Callable[[Path], Any]
