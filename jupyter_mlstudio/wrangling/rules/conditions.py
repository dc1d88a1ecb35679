"""What breaks a rule, as Polars expressions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.formula import translate
from jupyter_mlstudio.wrangling.rules.rule import (
    Holds,
    InRange,
    InSet,
    Length,
    Matches,
    NotMissing,
    OfType,
    Related,
    Rule,
    Unique,
)
from jupyter_mlstudio.wrangling.writing import require, role_of, typed

if TYPE_CHECKING:
    import polars as pl

Schema = Mapping[str, "pl.DataType"]


def breaks(rule: Rule, schema: Schema) -> "pl.Expr | None":
    """Return what is true in the rows that break a rule; None if the rule is about the whole table.

    Raises:
        InvalidError: The rule does not fit the columns.
    """
    require(rule.names(), schema)
    writers = {
        Unique: _unique,
        NotMissing: _missing,
        InRange: _range,
        InSet: _set,
        Matches: _pattern,
        Length: _length,
        Related: _relation,
        Holds: _formula,
        OfType: _unreadable,
    }
    writer = writers.get(type(rule))
    return None if writer is None else writer(rule, schema)  # type: ignore[operator]  # each takes the rule it stands beside


def has_type(dtype: "pl.DataType", wanted: str) -> bool:
    """Tell whether a column's type is the one of a rule."""
    if wanted == "integer":
        return dtype.is_integer()
    return role_of(dtype) == wanted


def complete(columns: tuple[str, ...]) -> "pl.Expr":
    """Return what is true where none of the columns is missing."""
    import polars as pl

    return pl.all_horizontal(pl.col(list(columns)).is_not_null())


def _text(name: str, schema: Schema) -> "pl.Expr":
    import polars as pl

    if role_of(schema[name]) != "text":
        raise InvalidError(f"“{name}” holds {schema[name]}, but this rule is about text.", code="wrong_type")
    return pl.col(name).cast(pl.String)


def _unique(rule: Unique, _: Schema) -> "pl.Expr":
    import polars as pl

    subject = pl.col(rule.columns[0]) if len(rule.columns) == 1 else pl.struct(rule.columns)
    return subject.is_duplicated() & complete(rule.columns)


def _missing(rule: NotMissing, _: Schema) -> "pl.Expr":
    import polars as pl

    return pl.col(rule.column).is_null()


def _range(rule: InRange, schema: Schema) -> "pl.Expr":
    import polars as pl

    if role_of(schema[rule.column]) not in {"number", "date", "datetime", "time"}:
        raise InvalidError(
            f"“{rule.column}” holds {schema[rule.column]}, which has no range. Change its type before.",
            code="wrong_type",
        )
    outside = pl.lit(False)
    if rule.least is not None:
        outside |= pl.col(rule.column) < _value(rule.least, rule.column, schema)
    if rule.most is not None:
        outside |= pl.col(rule.column) > _value(rule.most, rule.column, schema)
    return outside


def _value(value: object, column: str, schema: Schema) -> "pl.Expr":
    import polars as pl

    dtype = schema[column]
    known = pl.lit(typed(value, dtype, f"Limit of “{column}”"))
    if role_of(dtype) == "datetime":
        return known.cast(pl.Datetime("us")).dt.replace_time_zone(getattr(dtype, "time_zone", None))
    return known


def _set(rule: InSet, schema: Schema) -> "pl.Expr":
    import polars as pl

    dtype = schema[rule.column]
    values = [typed(value, dtype, f"Value of “{rule.column}”") for value in rule.values]
    if role_of(dtype) == "text":
        return ~_text(rule.column, schema).is_in(values)
    if role_of(dtype) == "number":
        subject = pl.col(rule.column)
        if any(isinstance(value, float) for value in values):
            subject, values = subject.cast(pl.Float64), [float(value) for value in values]  # type: ignore[arg-type]  # numbers
        return ~subject.is_in(values)
    return ~pl.any_horizontal(pl.col(rule.column) == _value(value, rule.column, schema) for value in rule.values)


def _pattern(rule: Matches, schema: Schema) -> "pl.Expr":
    return ~_text(rule.column, schema).str.contains(f"^(?:{rule.pattern})$")


def _length(rule: Length, schema: Schema) -> "pl.Expr":
    import polars as pl

    length = _text(rule.column, schema).str.len_chars()
    outside = pl.lit(False)
    if rule.least is not None:
        outside |= length < rule.least
    if rule.most is not None:
        outside |= length > rule.most
    return outside


def _relation(rule: Related, schema: Schema) -> "pl.Expr":
    import polars as pl

    left, right = pl.col(rule.column), pl.col(rule.other)
    broken = {
        "<": left >= right,
        "<=": left > right,
        "==": left != right,
        "!=": left == right,
        ">=": left < right,
        ">": left <= right,
    }[rule.test]
    return broken & formula(rule.when, schema) if rule.when.strip() else broken


def _formula(rule: Holds, schema: Schema) -> "pl.Expr":
    return ~formula(rule.formula, schema)


def formula(text: str, schema: Schema) -> "pl.Expr":
    """Return a condition in the formula language as an expression.

    Raises:
        InvalidError: It is no formula, or no condition.
    """
    import polars as pl

    made: pl.Expr = eval(f"({translate(text, schema).argument()})", {"pl": pl})  # text of our own writer
    dtype = pl.LazyFrame(schema=dict(schema)).select(made).collect_schema().dtypes()[0]
    if dtype != pl.Boolean:
        raise InvalidError(f"“{text}” is no condition: it gives {dtype}. Compare it with something.", code="formula")
    return made


def _unreadable(rule: OfType, schema: Schema) -> "pl.Expr | None":
    """Return what is true for texts that cannot be read as the wanted type."""
    import polars as pl

    if role_of(schema[rule.column]) != "text" or rule.type in {"text", "time"}:
        return None
    text = _text(rule.column, schema).str.strip_chars()
    readers = {
        "integer": lambda: text.cast(pl.Int64, strict=False),
        "number": lambda: text.cast(pl.Float64, strict=False),
        "boolean": lambda: text.str.to_lowercase().replace_strict(
            {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False},
            default=None,
            return_dtype=pl.Boolean,
        ),
        "date": lambda: text.str.to_date("%Y-%m-%d", strict=False),
        "datetime": lambda: text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False),
    }
    return pl.col(rule.column).is_not_null() & readers[rule.type]().is_null()
