"""Frames as monitoring takes them: any table becomes a Polars frame, any column numbers or short texts."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.monitoring.findings import ColumnKind

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

FEW_NUMBERS = 10
"""So many different whole numbers are codes, such as days of the week, and no amounts."""
MANY_TEXTS, TEXT_SHARE = 200, 0.5
"""Texts with more different values, or with more of them than a share of the rows, are free text."""
FEW_TEXTS = 20


def polars_of(frame: Any) -> "pl.DataFrame":
    """Return a table as a Polars frame; a column that mixes types becomes text.

    Raises:
        InvalidError: It is no table.
    """
    import numpy as np
    import polars as pl

    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, np.ndarray) and frame.ndim == 2:  # noqa: PLR2004  # rows and columns
        return pl.DataFrame({str(place): frame[:, place] for place in range(frame.shape[1])})
    if hasattr(frame, "columns") and hasattr(frame, "iloc"):
        return pl.DataFrame({str(name): _series(frame.iloc[:, place]) for place, name in enumerate(frame.columns)})
    raise InvalidError(f"training_data: a DataFrame of pandas or Polars is needed, not {type(frame).__name__}.")


def _series(column: Any) -> "pl.Series":
    import polars as pl

    try:
        made: pl.Series = pl.from_pandas(column.reset_index(drop=True), nan_to_null=True)
    except Exception:  # whatever it holds, as text it can be counted
        missing = (value is None or value != value for value in column)  # noqa: PLR0124  # NaN
        made = pl.Series([None if empty else str(value) for value, empty in zip(column, missing, strict=True)])
    return made


def series_of(values: Any) -> "pl.Series":
    """Return what a model answered as a column; rows of several values as the place of the largest."""
    import numpy as np
    import polars as pl

    array = np.asarray(values)
    if array.ndim > 1:
        array = array.argmax(axis=1) if array.shape[1] > 1 else array[:, 0]
    return pl.Series(array.tolist(), strict=False)


def kind_of(column: "pl.Series") -> ColumnKind:
    """Tell how a column is to be compared."""
    dtype = column.dtype
    present = column.drop_nulls()
    if dtype.is_temporal():
        return "time"
    if str(dtype) == "Boolean":
        return "boolean"
    if dtype.is_numeric():
        present = present.filter(present.is_finite()) if dtype.is_float() else present
        few = present.n_unique() <= FEW_NUMBERS and bool((present == present.round(0)).all()) and present.len() > 0
        return "category" if few else "number"
    if str(dtype) in {"String", "Categorical", "Enum"} or str(dtype).startswith(("Categorical", "Enum")):
        distinct = present.n_unique()
        many = distinct > MANY_TEXTS or distinct > max(FEW_TEXTS, TEXT_SHARE * present.len())
        return "text" if many else "category"
    return "other"


def numbers_of(column: "pl.Series", kind: ColumnKind) -> "np.ndarray[Any, Any]":
    """Return the finite numbers of a column, or the lengths of its texts, in order of size."""
    import polars as pl

    if kind == "text":
        column = column.cast(pl.String, strict=False).str.len_chars()
    numbers = column.cast(pl.Float64, strict=False).drop_nulls()
    return numbers.filter(numbers.is_finite()).sort().to_numpy()


def labels_of(column: "pl.Series") -> "pl.Series":
    """Return the categories of a column as texts, missing ones left out; 1 and 1.0 are the same."""
    import polars as pl

    present = column.drop_nulls()
    if present.dtype.is_float():
        present = present.filter(present.is_finite())
        whole = present.round(0) == present
        return pl.select(
            pl.when(whole).then(present.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(present.cast(pl.String))
        ).to_series()
    if str(present.dtype) == "Boolean":
        return present.cast(pl.Int8).cast(pl.String).replace({"0": "false", "1": "true"})
    return present.cast(pl.String, strict=False).drop_nulls()


def missing_of(column: "pl.Series") -> int:
    """Count the rows without a value; NaN is none."""
    nan = int(column.is_nan().sum() or 0) if column.dtype.is_float() else 0
    return int(column.null_count()) + nan


def write_parquet(frame: "pl.DataFrame", path: Path) -> None:
    """Write a table so that readers see all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    frame.write_parquet(part)
    part.replace(path)
