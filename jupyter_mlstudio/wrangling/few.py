"""A few rows through a fitted recipe as plain Python values: an engine would take longer to begin than they take."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.faces.rows import Row, Tables, compiled
from jupyter_mlstudio.wrangling.verbs import Change

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

FEW = 8
"""Up to so many rows are faster as plain values."""

Accept = Callable[[Any], Any]


class NotPlainError(Exception):
    """A value needs more than plain Python: the engine takes over."""


class FewRows:
    """The steps of a fitted recipe as one function of a row, with the types that go in and come out."""

    def __init__(
        self,
        changes: Sequence[Change],
        columns: "Mapping[str, pl.DataType]",
        made: "Mapping[str, pl.DataType]",
        needed: set[str],
        tables: Tables,
    ) -> None:
        """Compile the steps.

        Raises:
            InvalidError: A step has no answer for one row alone.
        """
        self._function = compiled(changes, tables)
        self._accept = {name: _accepting(dtype) for name, dtype in columns.items()}
        self._made = dict(made)
        self._needed = needed

    @property
    def types(self) -> dict[str, str]:
        """The types of the columns that come out, by name, as Polars writes them."""
        return {name: str(dtype) for name, dtype in self._made.items()}

    def row(self, row: Row) -> Row:
        """Return the row after all steps; columns that the recipe does not need may be missing.

        Raises:
            NotPlainError: A value is not of its column's type, or a needed column is missing.
        """
        given: Row = {}
        for name, accept in self._accept.items():
            if name in row:
                given[name] = accept(row[name])
            elif name in self._needed:
                raise NotPlainError(name)
            else:
                given[name] = None
        return self._function(given)

    def frame(self, names: Sequence[str], rows: Sequence[Sequence[Any]], index: Any = None) -> "pd.DataFrame":
        """Return rows as the pandas frame that the engine would make.

        Raises:
            NotPlainError: As `row`.
        """
        import pandas as pd

        made = [self.row(dict(zip(names, row, strict=True))) for row in rows]
        columns = {name: _array([row[name] for row in made], dtype) for name, dtype in self._made.items()}
        return pd.DataFrame(columns, index=index)


def few_rows(
    changes: Sequence[Change],
    columns: "Mapping[str, pl.DataType]",
    made: "Mapping[str, pl.DataType]",
    needed: set[str],
    tables: Tables,
) -> FewRows | None:
    """Compile the steps, or return nothing if one of them looks at more than a row."""
    if not all(_plain(dtype) for dtype in (*columns.values(), *made.values())):
        return None
    try:
        return FewRows(changes, columns, made, needed, tables)
    except (InvalidError, KeyError):
        return None


def few_frame(function: Callable[[], FewRows | None], X: Any) -> "pd.DataFrame | None":  # noqa: N803  # as scikit-learn
    """Transform a frame of a few rows without an engine; nothing if it is larger, or the engine has to look at it."""
    few = function() if hasattr(X, "shape") and 0 < X.shape[0] <= FEW else None
    if few is None:
        return None
    rows = X.to_numpy(dtype=object).tolist() if hasattr(X, "iloc") else X.rows()
    try:
        return few.frame(list(X.columns), rows, getattr(X, "index", None))
    except (NotPlainError, TypeError, ValueError, OverflowError):  # the engine says what is wrong
        return None


def _plain(dtype: "pl.DataType") -> bool:
    import polars as pl

    zoned = isinstance(dtype, pl.Datetime) and (dtype.time_zone is not None or dtype.time_unit != "us")
    known = (pl.String, pl.Boolean, pl.Date, pl.Datetime)
    return (dtype.is_integer() or dtype.is_float() or isinstance(dtype, known)) and not zoned


def _accepting(dtype: "pl.DataType") -> Accept:
    import polars as pl

    if dtype.is_float():
        return _float
    if dtype.is_integer():
        return _integer
    kinds: dict[type, Accept] = {pl.String: _exactly(str), pl.Boolean: _exactly(bool), pl.Date: _date}
    return kinds.get(dtype.base_type(), _moment)


def _float(value: Any) -> float | None:
    if value is None or value != value:  # noqa: PLR0124  # NaN
        return None
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        return float(value)
    raise NotPlainError


def _integer(value: Any) -> int | None:
    if value is None or value != value:  # noqa: PLR0124  # NaN
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        raise NotPlainError
    return int(value)


def _exactly(kind: type) -> Accept:
    def accept(value: Any) -> Any:
        if type(value) is kind or value is None:
            return value
        if isinstance(value, float) and value != value:  # noqa: PLR0124  # NaN
            return None
        raise NotPlainError

    return accept


def _moment(value: Any) -> datetime | None:
    if value is None or value != value:  # noqa: PLR0124  # NaT
        return None
    if not isinstance(value, datetime) or value.tzinfo is not None or getattr(value, "nanosecond", False):
        raise NotPlainError
    plain = getattr(value, "to_pydatetime", None)
    return plain() if plain is not None else value


def _date(value: Any) -> date | None:
    if type(value) is date:
        return value
    moment = _moment(value)
    if moment is not None and moment.time() != datetime.min.time():
        raise NotPlainError
    return moment.date() if moment is not None else None


def _array(values: list[Any], dtype: "pl.DataType") -> Any:
    """Make a column as pandas gets it from Polars: gaps make whole numbers and truth values decimal ones."""
    import numpy as np
    import polars as pl

    if dtype.is_numeric() or isinstance(dtype, pl.Boolean):
        if None in values:
            return np.array([np.nan if value is None else value for value in values], dtype=_decimal(dtype))
        return np.array(values, dtype="bool" if isinstance(dtype, pl.Boolean) else str(dtype).lower())
    if isinstance(dtype, (pl.Date, pl.Datetime)):
        return np.array(values, dtype="datetime64[ms]" if isinstance(dtype, pl.Date) else "datetime64[us]")
    return values if any(value is not None for value in values) else _texts(values)


def _decimal(dtype: "pl.DataType") -> str:
    return "float32" if str(dtype) == "Float32" else "float64"


def _texts(values: list[Any]) -> Any:
    import polars as pl

    return pl.Series(values, dtype=pl.String).to_pandas()
