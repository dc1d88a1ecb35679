"""From what a model answers to bytes: JSON as MLflow gives it, CSV and JSON lines as SageMaker does, and streams."""

import csv
import io
from typing import Any

import msgspec


def plain(raw: Any) -> Any:
    """Turn an answer into plain Python: an array into lists, a table into one object a row."""
    if type(raw) is list:
        return raw
    if hasattr(raw, "toarray"):
        raw = raw.toarray()
    if hasattr(raw, "to_frame") and hasattr(raw, "iloc"):
        raw = raw.to_frame()
    if hasattr(raw, "to_dict") and hasattr(raw, "columns"):
        return [_texted(row) for row in raw.to_dict(orient="records")]
    if hasattr(raw, "to_pandas"):
        return plain(raw.to_pandas())
    return raw.tolist() if hasattr(raw, "tolist") else raw


def items(raw: Any) -> list[Any]:
    """Return one item a row."""
    answer = plain(raw)
    if isinstance(answer, dict):
        columns = {str(name): plain(column) for name, column in answer.items()}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return answer if isinstance(answer, list) else [answer]


def to_json(content: Any) -> bytes:
    """Write JSON; a value that is not a number becomes null, since JSON has no word for it."""
    try:
        return ENCODER.encode(content)
    except (TypeError, ValueError, UnicodeEncodeError):
        return ENCODER.encode(_encodable(content))


def predictions(raw: Any) -> bytes:
    """Write an answer as MLflow does."""
    return to_json({"predictions": plain(raw)})


def lines(raw: Any) -> bytes:
    """Write one JSON object a row."""
    rows = (row if isinstance(row, dict) else {"prediction": row} for row in items(raw))
    return b"".join(to_json(row) + b"\n" for row in rows)


def separated(raw: Any) -> bytes:
    """Write one line of CSV a row, without a header."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(_cells(row) for row in items(raw))
    return stream.getvalue().encode()


def event(piece: Any) -> bytes:
    """Write one piece of an answer as a server-sent event."""
    return b"data: " + to_json(plain(piece)) + b"\n\n"


def line(piece: Any) -> bytes:
    """Write one piece of an answer as a line of JSON."""
    return to_json(plain(piece)) + b"\n"


def _cells(row: Any) -> list[Any]:
    if isinstance(row, dict):
        row = list(row.values())
    return [_cell(cell) for cell in (row if isinstance(row, list | tuple) else [row])]


def _cell(cell: Any) -> Any:
    if cell is None or cell != cell:  # noqa: PLR0124  # that is NaN
        return ""
    return cell if isinstance(cell, str | int | float) else to_json(cell).decode().strip('"')


def _texted(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _encodable(content: Any) -> Any:
    """Mend what JSON cannot hold: keys that are no texts, halves of characters."""
    if isinstance(content, dict):
        return {str(_encodable(str(key))): _encodable(value) for key, value in content.items()}
    if isinstance(content, list | tuple | set | frozenset):
        return [_encodable(value) for value in content]
    if isinstance(content, str):
        return content.encode("utf-8", "replace").decode()
    if hasattr(content, "tolist"):
        return _encodable(content.tolist())
    return content


def _other(value: Any) -> Any:
    """Write what msgspec does not know: NumPy's and pandas' own kinds of values, and anything else by its name."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return plain(value)
    if hasattr(value, "isoformat") and value == value:  # noqa: PLR0124  # not NaT
        return value.isoformat()
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return None
    return str(value)


ENCODER = msgspec.json.Encoder(enc_hook=_other)
