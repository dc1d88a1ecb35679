"""What a run logs, on its way to the store: plain values, so that no engine is needed to make them."""

import re
from posixpath import normpath
from typing import Any, NamedTuple, Protocol

from jupyter_mlstudio.core.errors import InvalidError

NAME = re.compile(r"^[\w./: -]{1,250}\Z")
"""Names that MLflow takes for metrics, params and tags; beside this they must be no odd paths."""

LONGEST_PARAM, LONGEST_TAG = 6000, 8000
"""Characters that MLflow keeps of a value; it cuts off the rest."""


class Point(NamedTuple):
    """One value of a metric; what is no float yet becomes one when it is written, off the training's thread."""

    name: str
    value: Any
    timestamp: int
    step: int


class DataEntry(NamedTuple):
    """Data that a run was made from, as MLflow keeps it."""

    name: str
    digest: str
    kind: str
    source: str
    schema: str | None
    profile: str
    context: str


class Ending(NamedTuple):
    """How a run ended, in MLflow's word, and when."""

    status: str
    at: int


class Batch(NamedTuple):
    """What is written at once. Of a param the first value counts, of a tag the last."""

    params: dict[str, str]
    tags: dict[str, str]
    points: list[Point]
    inputs: list[DataEntry]
    ending: Ending | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.params or self.tags or self.points or self.inputs or self.ending)


class NewRun(NamedTuple):
    """A run that shall be made."""

    experiment: str
    name: str | None
    tags: dict[str, str]
    started: int


class Begun(NamedTuple):
    """A run that the store has made."""

    id: str
    name: str
    experiment_id: str
    artifact_uri: str


class FinishedRun(NamedTuple):
    """A run that is written when it is over already: one candidate of a search."""

    run: NewRun
    batch: Batch


class Writer(Protocol):
    """Writes runs to one store; safe to share between threads.

    What may succeed later (a busy store, a server that is away) is raised as `EngineError` with the code `busy` or
    `store_unreachable`; nothing of the batch counts as written then, and writing it once more does no harm.
    """

    def begin(self, run: NewRun) -> Begun:
        """Make a run, and its experiment if need be."""

    def write(self, run_id: str, batch: Batch) -> None:
        """Write what a run has logged."""

    def write_finished(self, experiment_id: str, runs: list[FinishedRun]) -> None:
        """Write runs that are over already."""


def checked(name: str, of: str = "metric or param") -> str:
    """Return a name that the store takes for a metric, a param or a tag.

    Raises:
        InvalidError: It does not.
    """
    if (
        isinstance(name, str)
        and NAME.match(name)
        and normpath(name) == name
        and name != "."
        and not name.startswith(("..", "/"))
    ):
        return name
    raise InvalidError(f"{name!r} is no name for a {of}. Use letters, digits, and _ - . / : or space.")
