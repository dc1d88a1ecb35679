"""From the forms of JSON in which rows are sent to columns, with exact words for what is wrong."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from jupyter_mlstudio.serving.runtime.refusal import RefusedError

FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
MIXED = "Send either objects or lists, one a row, not both."


@dataclass(frozen=True)
class Table:
    """Columns as they were sent, unchecked; without names they are told apart by their order.

    Where neither rows nor columns could be made out (a tensor of more dimensions), `nested` holds what was sent.
    """

    names: list[str] | None
    columns: list[list[Any]]
    rows: int
    nested: Any = None
    text: bool = False


@dataclass(frozen=True)
class Constant:
    """NaN or Infinity, as some write them though JSON knows no such words."""

    name: str


def load_json(body: bytes, constant: Callable[[str], Any] | None = None) -> dict[str, Any]:
    """Read a JSON object strictly: UTF-8, no NaN and no Infinity unless somebody wants them."""
    content = parsed(body, constant)
    if not isinstance(content, dict):
        raise RefusedError("malformed", f"The body must be a JSON object with one of {', '.join(FORMS)}.")
    return content


def parsed(body: bytes, constant: Callable[[str], Any] | None = None) -> Any:
    """Read any JSON strictly: quickly, and if that fails once more, for the words."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return json.loads(body.decode("utf-8"), parse_constant=constant or _no_constant)
    except UnicodeDecodeError:
        raise RefusedError("not_utf8", "The body is not UTF-8 text. Encode it as UTF-8.", status=400) from None
    except json.JSONDecodeError as error:
        raise RefusedError("malformed", f"The body is not JSON: {error.msg} at character {error.pos}.") from None
    except RecursionError:
        raise RefusedError("too_deep", "The body is nested too deeply.") from None
    except ValueError as error:  # integers of thousands of digits
        raise RefusedError("malformed", f"The body holds a number that cannot be read: {error}.") from None


def table_of(content: dict[str, Any]) -> Table:
    """Read the rows of a request in MLflow's protocol."""
    given = [form for form in FORMS if form in content]
    if len(given) != 1:
        found = ", ".join(map(repr, list(content)[:5])) or "nothing"
        raise RefusedError("form", f"The body must hold exactly one of {', '.join(FORMS)}; it holds {found}.")
    value = content[given[0]]
    if given[0] == "dataframe_split":
        return _split(value)
    if given[0] == "dataframe_records":
        return _records(value, "dataframe_records")
    if isinstance(value, dict):
        return _by_column(value, given[0])
    return _listed(value, given[0])


def table_of_lines(body: bytes) -> Table:
    """Read rows from lines of JSON, each an object or a list; empty lines are left out."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    rows = [_line(line, number) for number, line in enumerate(lines)]
    return _listed([row["features"] if _is_features(row) else row for row in rows], "application/jsonlines")


def _line(line: bytes, number: int) -> Any:
    try:
        row = parsed(line)
    except RefusedError as error:
        raise RefusedError(error.reason, f"Line {number}: {error}", row=number) from None
    return row


def _is_features(row: Any) -> bool:
    return isinstance(row, dict) and len(row) == 1 and isinstance(row.get("features"), list)


def _split(value: Any) -> Table:
    if not isinstance(value, dict) or not isinstance(value.get("data"), list):
        raise RefusedError("form", 'dataframe_split must be an object such as {"columns": ["a"], "data": [[1]]}.')
    rows, names = value["data"], value.get("columns")
    if names is not None:
        check_names(names)
    check_widths(rows, len(names) if names is not None else _width(rows))
    columns = [list(column) for column in zip(*rows, strict=True)]
    return Table(names, columns or [[] for _ in names or []], len(rows))


def _records(value: Any, form: str) -> Table:
    if not isinstance(value, list):
        raise RefusedError("form", f"{form} must be a list with one object a row.")
    for number, row in enumerate(value):
        if not isinstance(row, dict):
            raise RefusedError("form", f"{form}: row {number} is no object. {MIXED}", row=number)
    names = list(dict.fromkeys(name for row in value for name in row))
    return Table(names, [[row.get(name) for row in value] for name in names], len(value))


def _by_column(value: dict[str, Any], form: str) -> Table:
    names = list(value)
    if value and not any(isinstance(column, list) for column in value.values()):
        return Table(names, [[cell] for cell in value.values()], 1)
    for name, column in value.items():
        if not isinstance(column, list):
            raise RefusedError("form", f"{form}: column {name!r} must be a list of values.", column=name)
    lengths = {len(column) for column in value.values()}
    if len(lengths) > 1:
        told = ", ".join(f"{name!r} has {len(column)}" for name, column in list(value.items())[:5])
        raise RefusedError("ragged", f"{form}: the columns differ in length: {told}.")
    return Table(names, list(value.values()), lengths.pop() if lengths else 0)


def _listed(value: Any, form: str) -> Table:
    if not isinstance(value, list):
        raise RefusedError("form", f"{form} must be a list with one item a row.")
    if value and isinstance(value[0], dict):
        return _records(value, form)
    if any(isinstance(row, dict) for row in value):
        raise RefusedError("form", f"{form}: {MIXED}")
    if value and all(isinstance(row, list) for row in value) and not any(isinstance(cell, list) for cell in value[0]):
        check_widths(value, _width(value))
        return Table(None, [list(column) for column in zip(*value, strict=True)], len(value), nested=value)
    if not any(isinstance(row, list) for row in value):
        return Table(None, [list(value)], len(value), nested=value)
    return Table(None, [], len(value), nested=value)


def check_names(names: Any) -> None:
    """Refuse names that are no texts, or there twice."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RefusedError("form", "The column names must be a list of texts.")
    if len(set(names)) < len(names):
        double = next(name for number, name in enumerate(names) if name in names[:number])
        raise RefusedError("duplicate_column", f"Column {double!r} is there twice.", column=double)


def check_widths(rows: list[Any], width: int) -> None:
    """Refuse rows that are no lists of this length."""
    for number, row in enumerate(rows):
        if not isinstance(row, list):
            raise RefusedError("form", f"Row {number} is no list of values. {MIXED}", row=number)
        if len(row) != width:
            raise RefusedError("ragged", f"Row {number} has {len(row)} values; {width} were expected.", row=number)


def _width(rows: list[Any]) -> int:
    return len(rows[0]) if rows and isinstance(rows[0], list) else 0


def _no_constant(name: str) -> NoReturn:
    raise RefusedError("not_a_number", f"The body holds {name}, which is not JSON. Send null for a missing value.")
