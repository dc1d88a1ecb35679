"""What passes between the socket and the model: rows with a question about them, and who answers it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Cells = tuple[Any, ...]
"""One row: float, int, bool, str, bytes, datetime or None, checked, in the order of the schema's columns."""

Answer = Any
"""What a model answers for n rows: an array of shape (n,) or (n, k), a list of n items, or a DataFrame of n rows."""


@dataclass(slots=True)
class Rows:
    """Checked rows in the order of the schema's columns: row by row, which is quick for few, or else by column.

    A column is a NumPy array (numbers, booleans, times; a missing number is NaN) or an Arrow array (texts).
    Exactly one of `cells` and `columns` is given.

    Attributes:
        matrix: The same numbers as `columns` once more, as one (n, k) array, if they came so; columns are views of it.
        names: What the caller calls the columns, if the model has no signature and so no names of its own.
    """

    count: int
    cells: list[Cells] | None = None
    columns: list[Any] | None = None
    matrix: Any = None
    names: list[str] | None = None


@dataclass(slots=True)
class Question:
    """The rows of one request, and how their part of an answer is written down.

    Attributes:
        write: Makes the body of the response, or a body with headers; it may run in the prediction thread.
        kind: Content-Type of what `write` makes.
        also: Further methods that are asked for; `write` is given a tuple of answers then, that of `method` first.
        id: How the caller names the request, or None; capture makes one up then.
    """

    rows: Rows
    method: str
    write: Callable[[Answer], bytes | tuple[bytes, tuple[tuple[bytes, bytes], ...]]]
    kind: bytes = b"application/json"
    params: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    stream: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How a model is computed, and why so, for the endpoint's page.

    Attributes:
        name: "compiled" or "original".
        why: One sentence; for "original" what stands against the compiled form.
        proof: What was compared at deployment: rows, differing labels, largest difference; empty for "original".
        calibration: Measured seconds by way and number of rows.
    """

    name: str
    why: str
    proof: Mapping[str, Any] = field(default_factory=dict)
    calibration: Mapping[str, Sequence[tuple[int, float]]] = field(default_factory=dict)


class Predictor(Protocol):
    """A loaded model as the data plane sees it. One thread at a time uses it."""

    schema: Any
    methods: tuple[str, ...]
    way: Way

    def predict(self, rows: Rows, method: str, params: Mapping[str, Any]) -> Answer:
        """Answer for rows.

        Raises:
            RefusedError: The values or parameters are wrong; names the column.
        """

    def seconds(self, count: int) -> float:
        """Return how long so many rows will take, by calibration."""

    def stream(self, rows: Rows, params: Mapping[str, Any]) -> Iterator[Answer] | None:
        """Return the answer piece by piece, or None if the model cannot."""


@dataclass(slots=True)
class Observation:
    """One answered question, for whoever looks on: capture and shadow deployments."""

    endpoint: str
    number: int
    question: Question
    answer: Answer
    seconds: float
    at: float
    id: str


Observer = Callable[[Sequence[Observation]], None]
"""Told in the event loop, after the answers were sent; returns at once and never raises."""
