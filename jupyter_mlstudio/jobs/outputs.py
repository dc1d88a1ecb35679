"""What a job hands on: values and tables by name, shown in the notebook and noted in the job's record."""

import json
import os
import re
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from shutil import copyfile
from typing import Any
from uuid import uuid4

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError

KIND = "application/vnd.mlstudio.output+json"
GLUED = ("application/scrapbook.scrap.json+json", "application/scrapbook.scrap.text+json")
RECORDED = "application/papermill.record+json"
TABLES = ("DataFrame", "LazyFrame", "Series", "Table")
LARGEST = 256 * 1024  # characters of a value as JSON; what is larger belongs into a table or a file
SHORT = 200  # characters of a value that the notebook shows
FOLDER = "MLSTUDIO_OUTPUTS"  # tells the kernel of a job where its tables go


def give(project: Path, name: str, value: Any) -> None:
    """Show a value or a table in the notebook; in a job it becomes one of its outputs, and a table a Parquet file.

    Raises:
        InvalidError: The name is none, or the value is neither a table nor plain data.
    """
    if not re.fullmatch(r"[A-Za-z_][\w.-]{0,99}", name):
        raise InvalidError(f"name: {name!r} is no name for an output. Use letters, digits and underscores.")
    if isinstance(value, Path):
        plain = _file(project, name, value)
    else:
        plain = _table(project, name, value) if _is_table(value) else _plain(name, value)
    from IPython.display import display

    display({KIND: {"name": name, "value": plain}, "text/plain": f"{name} = {_short(plain)}"}, raw=True)  # type: ignore[no-untyped-call]


def values_in(output: Any) -> Iterator[tuple[str, JsonValue]]:
    """Yield the names and values that an output of a cell gives; scrapbook's and papermill's count as well."""
    bundle = output.get("data") if output["output_type"] in ("display_data", "execute_result") else None
    for kind, body in (bundle or {}).items():
        if kind == KIND and isinstance(body, dict) and "name" in body:
            yield str(body["name"]), body.get("value")
        elif kind in GLUED and isinstance(body, dict) and "name" in body:
            yield str(body["name"]), body.get("data")
        elif kind == RECORDED and isinstance(body, dict):
            yield from body.items()


def _is_table(value: Any) -> bool:
    kind = type(value)
    return kind.__module__.partition(".")[0] in ("pandas", "polars", "pyarrow") and kind.__name__ in TABLES


def _plain(name: str, value: Any) -> JsonValue:
    if hasattr(value, "item") and getattr(value, "shape", None) == ():  # a number of numpy's
        value = value.item()
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise InvalidError(
            f"{name}: {type(value).__name__} is neither a table nor plain data. Give numbers, texts, lists or objects; "
            "save anything else to a file and give its path."
        ) from None
    if len(text) > LARGEST:
        raise InvalidError(f"{name}: this is larger than 256 KB. Give a table, or save it to a file and give its path.")
    plain: JsonValue = json.loads(text)
    return plain


def _table(project: Path, name: str, value: Any) -> JsonValue:
    frame = value.collect() if hasattr(value, "collect") else value
    frame = frame.to_frame() if type(frame).__name__ == "Series" else frame
    folder = os.environ.get(FOLDER)
    if folder is None:
        return {"rows": int(frame.shape[0]), "columns": [str(column) for column in _columns(frame)]}
    path = Path(folder) / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        _write(frame, part)
        with part.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return {"table": path.relative_to(project).as_posix(), "rows": int(frame.shape[0]), "digest": digest}


def _file(project: Path, name: str, path: Path) -> JsonValue:
    """Keep a Parquet file as it is: it may be larger than what can be read."""
    from pyarrow import ArrowException, parquet

    try:
        described = parquet.read_metadata(path)
    except (ArrowException, OSError) as error:
        raise InvalidError(f"{name}: {path.name} is no Parquet file that can be read: {error}") from error
    folder = os.environ.get(FOLDER)
    if folder is None:
        return {"rows": described.num_rows, "columns": described.schema.to_arrow_schema().names}
    kept = Path(folder) / f"{name}.parquet"
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_name(f".{kept.name}.{uuid4().hex}")
    try:
        copyfile(path, part)
        with part.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        part.replace(kept)
    finally:
        part.unlink(missing_ok=True)
    return {"table": kept.relative_to(project).as_posix(), "rows": described.num_rows, "digest": digest}


def _write(frame: Any, path: Path) -> None:
    if hasattr(frame, "write_parquet"):  # Polars
        frame.write_parquet(path)
    elif hasattr(frame, "to_parquet"):  # pandas
        frame.to_parquet(path)
    else:
        from pyarrow import parquet

        parquet.write_table(frame, path)


def _columns(frame: Any) -> list[Any]:
    return list(getattr(frame, "column_names", None) or frame.columns)


def _short(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"
