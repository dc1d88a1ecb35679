"""What a run logs, on its way to the store: plain values, so that no engine is needed to make them."""

import re
from collections.abc import Iterator
from posixpath import normpath
from typing import Any, NamedTuple, Protocol, SupportsInt

from jupyter_mlstudio.core.errors import InvalidError

NAME = re.compile(r"^[\w./: -]{1,250}\Z")
"""Names that MLflow takes for metrics, params and tags; beside this they must be no odd paths."""

LONGEST_PARAM, LONGEST_TAG = 6000, 8000
"""Characters that MLflow keeps of a value; it cuts off the rest."""


LONGEST_SHOWN = 60
"""Characters of a wrong name that its message shows."""

LONGEST_EXPERIMENT = 500
"""Characters of an experiment's name that MLflow takes."""

FURTHEST = 2**63 - 1
"""The last step that a store can keep."""


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

    def pieces(self) -> "Iterator[Batch]":
        """Give it in pieces, so that what cannot be written takes nothing else with it."""
        empty = Batch({}, {}, [], [])
        yield from (empty._replace(params={name: value}) for name, value in self.params.items())
        yield from (empty._replace(tags={name: value}) for name, value in self.tags.items())
        for name in dict.fromkeys(point.name for point in self.points):
            yield empty._replace(points=[point for point in self.points if point.name == name])
        yield from (empty._replace(inputs=[entry]) for entry in self.inputs)


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


def kept(value: object) -> str:
    """Return a value as a text that can be kept: halves of characters, as names of files may hold them, become `?`."""
    text = str(value)
    return text if text.isascii() else text.encode(errors="replace").decode()


def step_of(name: str, step: SupportsInt) -> int:
    """Return a step that the store can keep.

    Raises:
        InvalidError: It is none.
    """
    try:
        number = int(step)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidError(f"{name}: a step is a whole number, not {step!r}.") from error
    if abs(number) > FURTHEST:
        raise InvalidError(f"{name}: the step {step} is too large to be kept.")
    return number


def named(experiment: str) -> str:
    """Return a name that the store takes for an experiment.

    Raises:
        InvalidError: It does not.
    """
    if not experiment.strip() or len(experiment) > LONGEST_EXPERIMENT or not experiment.isprintable():
        shown = experiment[:LONGEST_SHOWN]
        raise InvalidError(f"experiment: {shown!r} is no name. Use 1 to {LONGEST_EXPERIMENT} characters in one line.")
    return experiment


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
    shown = name[:LONGEST_SHOWN] if isinstance(name, str) else name
    raise InvalidError(
        f"{shown!r} is no name for a {of}. Use up to 250 letters, digits, and _ - . / : or space;"
        " parts between slashes are not empty, `.` or `..`."
    )
