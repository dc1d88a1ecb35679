"""Makes the profile of a model's training data, and keeps it in the model's folder."""

import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.monitoring.profiles import Baseline, Category, Column, Numbers
from jupyter_mlstudio.monitoring.statistics import quantiles
from jupyter_mlstudio.monitoring.tables import (
    kind_of,
    labels_of,
    missing_of,
    numbers_of,
    polars_of,
    series_of,
    write_parquet,
)

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

FOLDER = "mlstudio"
"""Of a model's folder, where what the studio adds to the model lies."""
SAMPLE_ROWS, PROFILED_ROWS = 2000, 200_000
CATEGORIES = 100
GRID, BINS, SHOWN_BINS = 201, 10, 20
SEED = 0

Source = Literal["training_data", "dataset", "input_example", "captured", "file"]


class Training(NamedTuple):
    """The rows that a model was trained on, as far as they are known.

    Attributes:
        target: Name of the column that was to be predicted; found by itself where one column is left over.
        keep_sample: Whether rows may be kept with the model.
    """

    rows: Any
    source: Source
    target: str | None = None
    keep_sample: bool = True


def keep(folder: Path, model: Any, training: Training) -> None:
    """Write the profile of the training data into a model's folder, with a sample of the rows and the model's answers.

    Raises:
        InvalidError: It is no table, or has no column of the target's name.
    """
    table = polars_of(training.rows)
    inputs, target = divided(table, wanted(model, folder), training.target)
    sample = inputs.sample(min(inputs.height, SAMPLE_ROWS), seed=SEED, shuffle=True)
    picked = None if target is None else target.sample(sample.height, seed=SEED, shuffle=True)
    answers = _answers(model, sample)
    classes = [str(each) for each in _plain(getattr(model, "classes_", []))]
    baseline = profile(inputs, training.source, target, answers, classes, sample.height * training.keep_sample)
    place = folder / FOLDER
    if training.keep_sample:
        write_parquet(sample, place / "sample.parquet")
        beside = {"prediction": answers, "target": picked}
        known = {name: values for name, values in beside.items() if values is not None}
        if known:
            import polars as pl

            write_parquet(pl.DataFrame(known), place / "answers.parquet")
    write_atomically(place / "baseline.json", baseline.model_dump_json())


def read(place: Path) -> Baseline | None:
    """Read the profile that lies in a folder; None if there is none that can be read."""
    try:
        return Baseline.model_validate_json((place / "baseline.json").read_bytes())
    except (OSError, ValueError):
        return None


def sample_of(place: Path, name: str = "sample.parquet") -> "pl.DataFrame | None":
    """Read the sample that lies beside a profile; None if no rows were kept."""
    import polars as pl

    try:
        return pl.read_parquet(place / name)
    except (OSError, pl.exceptions.PolarsError):
        return None


def profile(
    inputs: "pl.DataFrame",
    source: Source,
    target: "pl.Series | None" = None,
    answers: "pl.Series | None" = None,
    classes: Sequence[str] = (),
    sample_rows: int = 0,
) -> Baseline:
    """Profile a table, its target and a model's answers."""
    looked = inputs.sample(PROFILED_ROWS, seed=SEED) if inputs.height > PROFILED_ROWS else inputs
    told = answers if answers is not None else target
    return Baseline(
        id=new_id(),
        source=source,
        rows=inputs.height,
        sample_rows=sample_rows,
        made_at=now(),
        problem=_problem(told, classes),
        classes=list(classes),
        columns=[column_of(looked[name], name) for name in looked.columns],
        target=None if target is None else column_of(target, target.name),
        prediction=None if answers is None else column_of(answers, "prediction"),
    )


def column_of(values: "pl.Series", name: str) -> Column:
    """Profile a column."""
    kind = kind_of(values)
    missing = missing_of(values)
    numbers, categories, distinct, singletons = None, [], 0, 0
    if kind in {"category", "boolean"}:
        counts = labels_of(values).value_counts(sort=True, name="n")
        distinct, total = counts.height, max(int(counts["n"].sum() or 0), 1)
        singletons = int((counts["n"] == 1).sum() or 0)
        rows = counts.head(CATEGORIES).rows()
        categories = [Category(value=str(value), share=count / total) for value, count in rows]
    elif kind in {"number", "text"}:
        numbers = numbers_profile(numbers_of(values, kind))
        distinct = values.n_unique()
    return Column(
        name=name,
        kind=kind,
        rows=values.len() - missing,
        missing=missing / values.len() if values.len() else 0.0,
        numbers=numbers,
        categories=categories,
        distinct=distinct,
        singletons=singletons,
    )


def numbers_profile(values: "np.ndarray[Any, Any]") -> Numbers | None:
    """Profile numbers that are in order of size; None if there are none."""
    import numpy as np

    if not values.size:
        return None
    grid = quantiles(values, np.linspace(0, 1, GRID))
    edges = np.unique(quantiles(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    low, high = quantiles(values, np.array([0.005, 0.995]))
    shown = np.linspace(low, high if high > low else low + 1.0, SHOWN_BINS + 1)
    return Numbers(
        mean=float(values.mean()),
        std=float(values.std()),
        least=float(values[0]),
        most=float(values[-1]),
        grid=grid.tolist(),
        edges=edges.tolist(),
        shares=shares_of(values, edges).tolist(),
        shown_edges=shown.tolist(),
        shown_shares=shares_of(values, shown[1:-1]).tolist(),
    )


def shares_of(ordered: "np.ndarray[Any, Any]", inner: Any) -> "np.ndarray[Any, Any]":
    """Return the share of sorted values in each bin; a value on an edge belongs to the bin before it."""
    import numpy as np

    ends = np.searchsorted(ordered, np.asarray(inner), side="right")
    return np.diff([0, *ends, ordered.size]) / max(ordered.size, 1)


def divided(
    table: "pl.DataFrame", wanted: Sequence[str], target: str | None
) -> "tuple[pl.DataFrame, pl.Series | None]":
    """Divide a table into what the model takes and what it was to predict.

    Raises:
        InvalidError: There is no column of the target's name.
    """
    if target is not None and target not in table.columns:
        raise InvalidError(f"target: training_data has no column {target!r}. It has {', '.join(table.columns[:12])}.")
    inputs = [name for name in wanted if name in table.columns and name != target] or [
        name for name in table.columns if name != target
    ]
    left = [name for name in table.columns if name not in inputs]
    found = target or (left[0] if len(left) == 1 else None)
    return table.select(inputs), None if found is None else table[found]


def wanted(model: Any, folder: Path) -> list[str]:
    """Return the columns that a model takes: as it says itself, or as its signature does."""
    for step in (model, getattr(model, "steps", [("", None)])[0][1]):
        names = getattr(step, "feature_names_in_", None)
        if names is not None:
            return [str(name) for name in names]
    with suppress(Exception):  # a model without a signature
        import json

        import yaml

        signature = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))["signature"]
        return [str(each["name"]) for each in json.loads(signature["inputs"])]
    return []


def _answers(model: Any, sample: "pl.DataFrame") -> "pl.Series | None":
    """Ask the model about the sample; one that cannot answer is compared by its inputs alone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return series_of(model.predict(sample.to_pandas()))
    except Exception:  # user code, on rows that it may not have been made for
        return None


def _plain(values: Any) -> list[Any]:
    return list(values.tolist()) if hasattr(values, "tolist") else list(values)


def _problem(told: "pl.Series | None", classes: Sequence[str]) -> Literal["classification", "regression"] | None:
    if classes:
        return "classification"
    if told is None:
        return None
    return "regression" if kind_of(told) == "number" else "classification"
