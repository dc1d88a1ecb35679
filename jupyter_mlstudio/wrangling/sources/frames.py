"""Frames in the memory of the kernel: pandas, Polars, PyArrow, DuckDB relations, series and arrays."""

import sys
from typing import TYPE_CHECKING, Any, NamedTuple
from warnings import catch_warnings, filterwarnings

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.head import Head, refuse_patterns, sql_name, without_nan
from jupyter_mlstudio.wrangling.sources.types import FrameKind, FrameSource
from jupyter_mlstudio.wrangling.writing import call, mapping, quote

if TYPE_CHECKING:
    import polars as pl

_TWO = 2  # dimensions


class Shape(NamedTuple):
    """What kind of frame something is, and how large; what is not known without work is None."""

    kind: FrameKind
    rows: int | None
    columns: int | None


def shape_of(value: object) -> Shape | None:
    """Tell what kind of frame a value is, if it is one. An engine that nobody has imported has made none."""
    return next((shape for measure in _MEASURES if (shape := measure(value)) is not None), None)


def _polars_shape(value: Any) -> Shape | None:
    engine = sys.modules.get("polars")
    if engine and isinstance(value, engine.DataFrame):
        return Shape("polars", *value.shape)
    if engine and isinstance(value, engine.LazyFrame):
        return Shape("polars", None, None)
    return Shape("series", len(value), 1) if engine and isinstance(value, engine.Series) else None


def _pandas_shape(value: Any) -> Shape | None:
    engine = sys.modules.get("pandas")
    if engine and isinstance(value, engine.DataFrame):
        return Shape("pandas", *value.shape)
    return Shape("series", len(value), 1) if engine and isinstance(value, engine.Series) else None


def _other_shape(value: Any) -> Shape | None:
    pyarrow, duckdb, numpy = (sys.modules.get(name) for name in ("pyarrow", "duckdb", "numpy"))
    if pyarrow and isinstance(value, pyarrow.Table):
        return Shape("pyarrow", *value.shape)
    if duckdb and isinstance(value, duckdb.DuckDBPyRelation):
        return Shape("relation", None, len(value.columns))
    if numpy and isinstance(value, numpy.ndarray) and value.ndim == _TWO and value.dtype.kind in "biufUM":
        return Shape("array", *value.shape)
    return None


_MEASURES = (_polars_shape, _pandas_shape, _other_shape)


def framed(name: str, frame: object) -> Head:
    """Take a frame that is known under a name.

    Raises:
        InvalidError: It is no frame, or one of its columns mixes types.
    """
    import polars as pl

    shape = shape_of(frame)
    if shape is None:
        raise InvalidError(
            f"“{name}” is a {type(frame).__name__}, not a pandas or Polars DataFrame, a PyArrow table or a relation."
        )
    if isinstance(frame, pl.LazyFrame):
        return _head(name, "polars", (name,), frame, f"{name}.collect().to_pandas()")
    if isinstance(frame, pl.DataFrame):
        return _head(name, "polars", (f"{name}.lazy()",), frame, f"{name}.to_pandas()")
    if shape.kind == "pandas":
        text, table = _from_pandas(name, frame)
        head = _head(name, "pandas", (text, ".lazy()"), table, _of_pandas(name, frame))
        return head._replace(back=(".collect()", ".to_pandas()"))
    return _OTHERS[shape.kind](name, frame)


def _head(
    name: str, kind: FrameKind, lines: tuple[str, ...], table: "pl.DataFrame | pl.LazyFrame", pandas: str
) -> Head:
    lazy = table.lazy()
    if not lines[0].startswith("pl.from_pandas("):  # which makes NaN missing itself
        lines, lazy = without_nan(lines, lazy)
    return Head(lines, lazy, name, kind, FrameSource(name=name), pandas=(pandas, *nullable(table)), sql=sql_name(name))


def nullable(table: "pl.DataFrame | pl.LazyFrame") -> tuple[str, ...]:
    """Write the calls that give a pandas frame types with missing values.

    pandas takes whole fractions for integers and knows no type of a column without values: these are said.
    """
    import polars as pl

    schema = table.collect_schema()
    empty = set()
    if isinstance(table, pl.DataFrame):  # of a lazy frame nobody knows
        empty = {column.name for column in table if column.null_count() == len(column)}
    said = {
        quote(name): quote(_PANDAS[dtype.base_type().__name__])
        for name, dtype in schema.items()
        if dtype.base_type().__name__ in _PANDAS and (dtype.is_float() or name in empty)
    }
    return (".convert_dtypes()", *([call("astype", [mapping(said)])] if said else []))


_PANDAS = {
    "Float64": "Float64", "Float32": "Float32", "String": "string", "Boolean": "boolean",
    **{f"{sign}Int{bits}": f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)},
    "Date": "datetime64[us]", "Datetime": "datetime64[us]",
}  # fmt: skip


def _of_arrow(name: str, frame: Any) -> Head:
    import polars as pl

    table = pl.from_arrow(frame)
    assert isinstance(table, pl.DataFrame)  # an Arrow table becomes no column
    head = _head(name, "pyarrow", (f"pl.from_arrow({name})", ".lazy()"), table, f"{name}.to_pandas()")
    return head._replace(back=(".collect()", ".to_arrow()"))


def _of_relation(name: str, frame: Any) -> Head:
    return _head(name, "relation", (f"{name}.pl()", ".lazy()"), frame.pl(), f"{name}.df()")


def _of_series(name: str, frame: Any) -> Head:
    import polars as pl

    column = "value" if frame.name in {None, ""} else str(frame.name)
    if isinstance(frame, pl.Series):
        called = f"{name}.alias({quote(column)}).to_frame()"
        return _head(name, "series", (called, ".lazy()"), frame.alias(column).to_frame(), f"{called}.to_pandas()")
    called = f"{name}.to_frame({quote(column)})"
    text, table = _from_pandas(called, frame.to_frame(column))
    return _head(name, "series", (text, ".lazy()"), table, _of_pandas(called, frame.to_frame(column)))


def _of_array(name: str, frame: Any) -> Head:
    import polars as pl

    pandas = f'pd.DataFrame({name}).add_prefix("column_")'
    return _head(name, "array", (f"pl.DataFrame({name})", ".lazy()"), pl.DataFrame(frame), pandas)


_OTHERS = {"pyarrow": _of_arrow, "relation": _of_relation, "series": _of_series, "array": _of_array}


def _of_pandas(name: str, frame: Any) -> str:
    indexed = any(index is not None for index in frame.index.names)
    renamed = not all(isinstance(column, str) for column in frame.columns)
    calls = [*[".rename(columns=str)"] * renamed, *[".reset_index()"] * indexed]
    return f"{name}{''.join(calls)}"


def _from_pandas(name: str, frame: Any) -> "tuple[str, pl.DataFrame]":
    import polars as pl

    names = [str(column) for column in frame.columns]
    doubled = next((column for column in names if names.count(column) > 1), None)
    if doubled is not None:
        raise InvalidError(f"“{name}” has several columns named “{doubled}”. Rename them first.", code="name_taken")
    indexed = any(index is not None for index in frame.index.names)
    renamed, subject = frame, name
    if not all(isinstance(column, str) for column in frame.columns):
        renamed, subject = frame.rename(columns=str), f"{name}.rename(columns=str)"
    try:
        with catch_warnings():  # Polars reads times with a zone in a way that pandas will take away one day
            filterwarnings("ignore", "Series.values returning an ndarray that drops timezone")
            table = pl.from_pandas(renamed, include_index=indexed)
    except Exception as error:  # pyarrow and Polars have no common base for “mixed types”
        raise InvalidError(_mixed(name, frame, error), code="mixed_types") from error
    refuse_patterns(table.columns)
    return f"pl.from_pandas({subject}{', include_index=True' if indexed else ''})", table


def _mixed(name: str, frame: Any, error: Exception) -> str:
    import polars as pl

    for column in frame.columns:
        try:
            pl.from_pandas(frame[[column]].rename(columns=str))
        except Exception:  # whichever it was: this is the column
            return (
                f"Column “{column}” of “{name}” mixes types. Make it one type first, "
                f'for example {name}["{column}"] = {name}["{column}"].astype(str).'
            )
    return f"“{name}” cannot be read: {error}"
