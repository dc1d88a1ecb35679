"""How a column of one type becomes one of another."""

from typing import TYPE_CHECKING, Literal

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.expressions.nodes import Expr, Mapped, call, col, lit
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

Target = Literal["integer", "number", "text", "boolean", "date", "datetime"]

TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def text_column(name: str, dtype: "pl.DataType") -> Expr:
    """Refer to a column as text; categories are turned into it."""
    return col(name) if str(dtype) == "String" else call("text", col(name))


def conversion(name: str, dtype: "pl.DataType", to: Target, format: str, strict: bool) -> Expr:
    """Convert one column; where it is not `strict`, what cannot be converted becomes missing.

    Raises:
        InvalidError: There is no sensible way from the one type to the other.
    """
    role = role_of(dtype)
    subject = text_column(name, dtype) if role == "text" else col(name)
    trimmed = call("trim", subject) if role == "text" and to != "text" else subject
    if to in {"integer", "number", "text"}:
        if role in {"nested", "duration"} or (to != "text" and role in {"date", "datetime", "time"}):
            raise _impossible(name, dtype, to)
        return subject if to == role == "text" else call(f"strict_{to}" if strict and to != "text" else to, trimmed)
    if to == "boolean":
        return _boolean(name, trimmed, dtype, strict)
    return _moment(name, trimmed, dtype, to, format, strict)


def _boolean(name: str, subject: Expr, dtype: "pl.DataType", strict: bool) -> Expr:
    role = role_of(dtype)
    if role == "text":
        lower = call("lower", subject)
        return call("strict_truth", lower) if strict else Mapped(lower, tuple(TRUTH), tuple(TRUTH.values()), lit(None))
    if role == "number":
        return call("ne", subject, 0)
    if role == "boolean":
        return subject
    if role == "other":
        return call("truth", subject)
    raise _impossible(name, dtype, "boolean")


def _moment(name: str, subject: Expr, dtype: "pl.DataType", to: Target, format: str, strict: bool) -> Expr:
    role = role_of(dtype)
    if role == "text":
        pattern = format or ("%Y-%m-%d" if to == "date" else "%Y-%m-%d %H:%M:%S")
        reading = "parse_date" if to == "date" else "parse_time"
        return call(f"strict_{reading}" if strict else reading, subject, pattern)
    if role in {"date", "datetime", "other"}:
        return _between_moments(subject, dtype, to)
    raise _impossible(name, dtype, to)


def _between_moments(subject: Expr, dtype: "pl.DataType", to: Target) -> Expr:
    role = role_of(dtype)
    if role == "datetime":
        if to == "date":
            return call("date_of", subject)
        zoned = getattr(dtype, "time_zone", None)
        return call("as_zone", call("to_zone", subject, "UTC"), "") if zoned else subject
    if role == to == "date":
        return subject
    return call("as_date" if to == "date" else "as_datetime", subject)


def _impossible(name: str, dtype: "pl.DataType", to: str) -> InvalidError:
    return InvalidError(f"“{name}” holds {dtype}, which cannot be turned into {to}.", code="wrong_type")
