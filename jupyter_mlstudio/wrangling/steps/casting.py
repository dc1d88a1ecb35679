"""How a column of one type becomes one of another, written in Polars."""

from typing import TYPE_CHECKING, Literal

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.writing import column, quote, role_of

if TYPE_CHECKING:
    import polars as pl

Target = Literal["integer", "number", "text", "boolean", "date", "datetime"]

_TRUTH = '{"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}'
_PLAIN = {"integer": "pl.Int64", "number": "pl.Float64", "text": "pl.String"}


def conversion(name: str, dtype: "pl.DataType", to: Target, format: str, strict: bool) -> str:
    """Write the conversion of one column; where it is not `strict`, what cannot be converted becomes missing.

    Raises:
        InvalidError: There is no sensible way from the one type to the other.
    """
    role = role_of(dtype)
    subject = column(name)
    if role == "text" and str(dtype) != "String":
        subject = f"{subject}.cast(pl.String)"
    tolerant = "" if strict else ", strict=False"
    if to in _PLAIN:
        if role in {"nested", "duration"} or (to != "text" and role in {"date", "datetime", "time"}):
            raise _impossible(name, dtype, to)
        trimmed = f"{subject}.str.strip_chars()" if role == "text" and to != "text" else subject
        return f"{trimmed}.cast({_PLAIN[to]}{tolerant})"
    if to == "boolean":
        return _boolean(name, subject, dtype, strict)
    return _moment(name, subject, dtype, to, format, strict)


def _boolean(name: str, subject: str, dtype: "pl.DataType", strict: bool) -> str:
    role = role_of(dtype)
    if role == "text":
        otherwise = "" if strict else ", default=None"
        lower = f"{subject}.str.strip_chars().str.to_lowercase()"
        return f"{lower}.replace_strict({_TRUTH}{otherwise}, return_dtype=pl.Boolean)"
    if role == "number":
        return f"{subject} != 0"
    if role in {"boolean", "other"}:
        return f"{subject}.cast(pl.Boolean)"
    raise _impossible(name, dtype, "boolean")


def _moment(name: str, subject: str, dtype: "pl.DataType", to: Target, format: str, strict: bool) -> str:
    role = role_of(dtype)
    if role == "text":
        pattern = quote(format or ("%Y-%m-%d" if to == "date" else "%Y-%m-%d %H:%M:%S"))
        return f"{subject}.str.strip_chars().str.to_{to}({pattern}{'' if strict else ', strict=False'})"
    if role in {"date", "datetime", "other"}:
        return f"{subject}.dt.date()" if to == "date" and role == "datetime" else f"{subject}.cast(pl.{to.title()})"
    raise _impossible(name, dtype, to)


def _impossible(name: str, dtype: "pl.DataType", to: str) -> InvalidError:
    return InvalidError(f"“{name}” holds {dtype}, which cannot be turned into {to}.", code="wrong_type")
