"""Captured rows that drifted, as a table that can be looked at."""

from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.monitoring import captured
from jupyter_mlstudio.monitoring.findings import ColumnDrift, DriftHistogram
from jupyter_mlstudio.monitoring.tables import labels_of
from jupyter_mlstudio.monitoring.types import Report

if TYPE_CHECKING:
    import polars as pl

PREDICTION = "prediction"
MORE = 1.25
"""How many times as frequent as in training a bin or a category must be, for its rows to count as drifted."""


class Found(NamedTuple):
    """Rows, and in a sentence which they are."""

    table: "pl.DataFrame"
    words: str


def drifted(rows: "pl.DataFrame", truth: "pl.DataFrame", report: Report, name: str, classes: list[str]) -> Found:
    """Return the rows that make a column drift, under the model's names; all rows of the window if none is named.

    Raises:
        NotFoundError: The report has no such column.
    """
    table = _plain(rows, truth, classes)
    if not name:
        return Found(table, "All rows of the window.")
    columns = [*report.columns, *([report.prediction] if report.prediction is not None else [])]
    column = next((column for column in columns if column.name == name), None)
    if column is None or name not in table.columns:
        raise NotFoundError(f"column: the report compares no column {name!r} that is captured.")
    return _of(table, column)


def _plain(rows: "pl.DataFrame", truth: "pl.DataFrame", classes: list[str]) -> "pl.DataFrame":
    answers = captured.answers(rows, classes)
    known = [name for name in ("id", "at", "latency_ms") if name in rows.columns]
    inputs = captured.inputs(rows)
    table = inputs.with_columns(**{name: rows[name] for name in known if name not in inputs.columns})
    if answers is not None and PREDICTION not in table.columns:
        table = table.with_columns(answers.alias(PREDICTION))
    if truth.height and "id" in table.columns and "truth" not in table.columns:
        table = table.join(truth, on="id", how="left", maintain_order="left")
    first = [name for name in ("id", "at", PREDICTION, "truth") if name in table.columns]
    return table.select(*first, *(name for name in table.columns if name not in first))


def _of(table: "pl.DataFrame", column: ColumnDrift) -> Found:
    import polars as pl

    missing = any(test.drifted and test.name == "missing" for test in column.tests)
    if missing:
        return Found(table.filter(pl.col(column.name).is_null()), f"Rows without a value of {column.name}.")
    if column.new_values:
        new = _labels(table, column).is_in(column.new_values)
        return Found(table.filter(new), f"Rows with values of {column.name} that training never saw.")
    shape = column.histogram
    if shape is None:
        return Found(table, f"All rows of the window: {column.name} has no picture to choose from.")
    words = f"Rows with values of {column.name} that are more frequent than in training."
    chosen = _grown_numbers(table, column, shape) if shape.edges is not None else _grown_labels(table, column, shape)
    return Found(table.filter(chosen), words)


def _labels(table: "pl.DataFrame", column: ColumnDrift) -> "pl.Series":
    """Return the categories with their gaps, in the order of the rows."""
    import polars as pl

    values = table[column.name]
    present = values.is_not_null() & (values.is_not_nan() if values.dtype.is_float() else True)
    places = pl.DataFrame({"place": pl.int_range(table.height, eager=True).filter(present)})
    texts = places.with_columns(labels_of(values).alias("text"))
    whole = pl.DataFrame({"place": pl.int_range(table.height, eager=True)})
    return whole.join(texts, on="place", how="left", maintain_order="left")["text"]


def _grown_labels(table: "pl.DataFrame", column: ColumnDrift, shape: DriftHistogram) -> "pl.Series":
    pairs = zip(shape.labels or [], shape.training, shape.live, strict=True)
    grown = [label for label, before, after in pairs if after > MORE * before]
    return _labels(table, column).is_in(grown)


def _grown_numbers(table: "pl.DataFrame", column: ColumnDrift, shape: DriftHistogram) -> "pl.Series":
    """Choose by the bins of the picture; the first and the last reach as far as there are values."""
    import numpy as np
    import polars as pl

    edges = shape.edges or []
    values = table[column.name]
    if column.kind == "text":
        values = values.cast(pl.String).str.len_chars()
    numbers = values.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    places = np.searchsorted(np.array(edges[1:-1]), numbers, side="left")
    grown = np.array(shape.live) > MORE * np.array(shape.training)
    return pl.Series(grown[np.clip(places, 0, len(grown) - 1)] & np.isfinite(numbers))
