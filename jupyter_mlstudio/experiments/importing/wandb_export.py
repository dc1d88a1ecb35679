"""Reads what is exported from W&B: a run's history as a table with config and summary beside it, and charts as CSV."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.experiments.importing.source import ForeignRun, files_below, flattened, identity, store_name
from jupyter_mlstudio.experiments.importing.wandb_log import as_number, is_media
from jupyter_mlstudio.experiments.tracking.entries import Point

if TYPE_CHECKING:
    import polars as pl

HISTORIES = ("history.csv", "history.jsonl", "history.ndjson", "history.parquet", "history.json", "wandb-history.jsonl")
CONFIGS = ("config.json", "config.yaml", "config.yml")
SUMMARIES = ("summary.json", "wandb-summary.json")
ABOUT = ("metadata.json", "run.json", "wandb-metadata.json")
CHART = re.compile(r"^(?P<run>.+) - (?P<metric>.+?)(?P<edge>__MIN|__MAX|__STEP)?$")
"""How a column of an exported chart is called."""

STATES = {"finished": "FINISHED", "failed": "FAILED", "crashed": "KILLED", "killed": "KILLED", "running": "KILLED"}


def runs_in(place: Path) -> list[ForeignRun]:
    """Return the runs that were exported into a folder and those below it, or into one file."""
    if place.is_file():
        return _of_chart(place) or ([_of_history(place, place.stem)] if _is_history(place) else [])
    found: list[ForeignRun] = []
    for path in files_below(place):
        if path.name in HISTORIES:
            folder = path.parent.parent if path.parent.name == "files" else path.parent
            name = place.name if folder == place else folder.relative_to(place).as_posix()
            found.append(_of_history(path, name))
    return found


def table_of(path: Path) -> "pl.DataFrame":
    """Read a table, whatever its form.

    Raises:
        InvalidError: It cannot be read.
    """
    import polars as pl

    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        if path.suffix in (".jsonl", ".ndjson"):
            return pl.read_ndjson(path, infer_schema_length=None)
        if path.suffix == ".json":
            return pl.DataFrame(json.loads(path.read_text(encoding="utf-8")), infer_schema_length=None)
        return pl.read_csv(path, infer_schema_length=None, null_values=["", "null"])
    except Exception as error:  # whatever the engine says of a damaged file
        raise InvalidError(f"{path.name!r} cannot be read as a table: {error}.") from error


def _is_history(path: Path) -> bool:
    return path.name in HISTORIES or "_step" in _columns(path)


def _columns(path: Path) -> list[str]:
    try:
        return table_of(path).columns
    except InvalidError:
        return []


def _of_history(path: Path, name: str) -> ForeignRun:
    beside = [file for folder in {path.parent, path.parent / "files"} for file in sorted(folder.glob("*"))]
    known = [file for file in beside if file.name in (*CONFIGS, *SUMMARIES, *ABOUT)] if path.name in HISTORIES else []
    about = _first(known, ABOUT)
    run_id = about.get("id") or about.get("run_id")
    config = {key: _plain(value) for key, value in _first(known, CONFIGS).items() if not key.startswith("_wandb")}
    key = f"wandb:{run_id}" if run_id else f"wandb:{identity(name, json.dumps(config, sort_keys=True, default=str))}"
    run = ForeignRun(
        key=key,
        name=str(about.get("display_name") or about.get("name") or name),
        source=name,
        paths=[path, *known],
        read=_history_points,
        project=about.get("project"),
    )
    run.add_params(config)
    run.status = STATES.get(str(about.get("state", "finished")).lower(), "FINISHED")
    run.note = str(about.get("notes") or "")
    tags = {"wandb.tags": ", ".join(map(str, about.get("tags") or [])), "group": about.get("group") or ""}
    run.tags = {name: str(value) for name, value in tags.items() if value}
    if (created := _moment(about.get("created_at") or about.get("startedAt"))) is not None:
        run.seen(created)
    return run


def _first(files: list[Path], names: tuple[str, ...]) -> dict[str, Any]:
    """Return the first of some files that holds a mapping."""
    for name in names:
        for path in files:
            if path.name == name and (found := _mapping(path)):
                return found
    return {}


def _mapping(path: Path) -> dict[str, Any]:
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}


def _plain(value: Any) -> Any:
    """Return a value of a config, which W&B's own file wraps with a description."""
    return (
        value["value"] if isinstance(value, Mapping) and "value" in value and set(value) <= {"value", "desc"} else value
    )


def _history_points(run: ForeignRun) -> Iterator[Point]:
    table = table_of(run.paths[0])
    logged: set[str] = set()
    step = 0
    for place, row in enumerate(table.iter_rows(named=True)):
        step = int(as_number(row.get("_step")) or 0) if row.get("_step") is not None else place
        at = _moment(row.get("_timestamp")) or run.ended or run.started or _modified(run.paths[0])
        run.seen(at)
        for name, value in flattened({key: each for key, each in row.items() if not key.startswith("_")}):
            number = None if value is None or is_media(value) else as_number(value)
            if number is not None and not (math.isnan(number) and run.paths[0].suffix == ".csv"):
                logged.add(called := store_name(name))
                yield Point(called, number, at, step)
    for name, value in flattened(_first(run.paths, SUMMARIES)):
        number, called = as_number(value), store_name(name)
        if not name.startswith("_") and number is not None and called not in logged:
            yield Point(called, number, run.ended or run.started, step)


def _of_chart(path: Path) -> list[ForeignRun]:
    """Return the runs of an exported chart: its columns are called after runs and metrics."""
    if path.suffix != ".csv":
        return []
    columns = _columns(path)
    found = {match["run"] for name in columns[1:] if (match := CHART.match(name))}
    if not found or columns[0] not in ("Step", "step", "_step", "Relative Time (Process)", "Wall Time", "epoch"):
        return []
    return [
        ForeignRun(
            key=f"wandb:{identity(path.name, name)}", name=name, source=path.name, paths=[path], read=_chart_points
        )
        for name in sorted(found)
    ]


def _chart_points(run: ForeignRun) -> Iterator[Point]:
    path = run.paths[0]
    table = table_of(path)
    at = _modified(path)
    run.seen(at)
    for column in table.columns[1:]:
        match = CHART.match(column)
        if match is None or match["run"] != run.name:
            continue
        if match["edge"]:
            run.left_out["columns with edges of an average"] += match["edge"] == "__MIN"
            continue
        for step, value in zip(table[table.columns[0]], table[column], strict=True):
            number = as_number(value)
            if number is not None and step is not None:
                yield Point(store_name(match["metric"]), number, at, int(step))


def _moment(value: Any) -> int | None:
    """Return a time in milliseconds; it may be seconds, or written out."""
    if isinstance(value, int | float) and math.isfinite(value):
        return int(value * 1000) if value < 1e11 else int(value)  # noqa: PLR2004  # seconds, or milliseconds already
    try:
        found = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return None if found is None else int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)


def _modified(path: Path) -> int:
    return int(path.stat().st_mtime * 1000)
