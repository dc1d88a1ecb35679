"""Reads the logs that W&B's client writes beside a training, `run-<id>.wandb`, with the files around them."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jupyter_mlstudio.experiments.importing.framing import wandb_records
from jupyter_mlstudio.experiments.importing.messages import message
from jupyter_mlstudio.experiments.importing.source import ForeignRun, files_below, flattened, store_name
from jupyter_mlstudio.experiments.tracking.entries import Point

LOGS = "run-*.wandb"
OUTPUT_BYTES = 5_000_000
OWN = frozenset({"config.yaml", "wandb-summary.json", "wandb-metadata.json", "wandb-history.jsonl", "output.log"})
"""Files in which W&B's client keeps what the log tells too."""

TEXT_SHOWN = 500


def runs_in(place: Path) -> list[ForeignRun]:
    """Return the runs whose logs lie below a folder, or that of one log."""
    logs = [place] if place.suffix == ".wandb" else files_below(place, LOGS)
    runs: dict[str, list[Path]] = {}
    for log in logs:  # a run that was resumed has several
        runs.setdefault(log.stem, []).append(log)
    return [_run(paths, place) for paths in runs.values()]


def _run(paths: list[Path], place: Path) -> ForeignRun:
    """Return a run, called after what the first records say: they stand at the beginning of the file."""
    log = paths[0]
    source = log.parent.relative_to(place).as_posix() if place not in (log, log.parent) else log.name
    run_id = log.stem.removeprefix("run-")
    run = ForeignRun(key=f"wandb:{run_id}", name=run_id, source=source, paths=paths, read=_points)
    for place_in_log, record in enumerate(wandb_records(log)):
        found = message("Record").FromString(record)
        if found.HasField("run"):
            run.name = found.run.display_name or run_id
            run.project = found.run.project or None
            break
        if place_in_log > 20:  # noqa: PLR2004
            break
    return run


def _points(run: ForeignRun) -> Iterator[Point]:
    return _Log(run).points()


class _Log:
    """The records of one log."""

    def __init__(self, run: ForeignRun) -> None:
        self._run = run
        self._last: dict[str, Any] = {}
        self._logged: set[str] = set()
        self._output: list[str] = []
        self._step = 0
        run.status = "KILLED"  # unless the log tells how it ended

    def points(self) -> Iterator[Point]:
        """Yield the history, then what stands in the summary alone."""
        record = message("Record")
        for found in (record.FromString(raw) for path in self._run.paths for raw in wandb_records(path)):
            if found.HasField("history"):
                yield from self._history(found.history)
            elif found.HasField("stats"):
                yield from self._stats(found.stats)
            else:
                self._other(found)
        yield from self._summary()
        for path in self._run.paths:
            self._files(path.parent / "files")

    def _history(self, history: Any) -> Iterator[Point]:
        values = {_name(item): _value(item) for item in history.item}
        at = int(float(values.get("_timestamp") or 0) * 1000) or self._run.ended or self._run.started
        step = history.step.num if history.HasField("step") else int(values.get("_step") or 0)
        self._step = max(self._step, step)
        self._run.seen(at)
        for name, value in _leaves(values):
            number, called = as_number(value), store_name(name)
            if number is not None:
                self._logged.add(called)
                yield Point(called, number, at, step)
            self._run.left_out["texts in the history"] += number is None and isinstance(value, str)

    def _stats(self, stats: Any) -> Iterator[Point]:
        at = _time(stats.timestamp)
        for item in stats.item:
            number = as_number(_json(item.value_json))
            if number is not None:
                yield Point(store_name(f"system/{item.key}"), number, at, max(0, (at - self._run.started) // 1000))

    def _other(self, found: Any) -> None:
        if found.HasField("run"):
            self._begin(found.run)
        elif found.HasField("config"):
            self._config(found.config)
        elif found.HasField("summary"):
            self._last.update({_name(item): _value(item) for item in found.summary.update})
        elif found.HasField("output") and sum(map(len, self._output[-1:])) < OUTPUT_BYTES:
            self._output.append(found.output.line)
        elif found.HasField("environment"):
            self._run.tags.update(
                _known({"mlflow.user": found.environment.username, "program": found.environment.program})
            )
        elif found.HasField("exit"):
            self._run.status = "FAILED" if found.exit.exit_code else "FINISHED"

    def _begin(self, told: Any) -> None:
        run = self._run
        run.name = told.display_name or run.name
        run.note = told.notes or run.note
        if told.HasField("start_time"):
            run.seen(_time(told.start_time))
        tags = {
            "wandb.project": told.project,
            "wandb.entity": told.entity,
            "wandb.sweep": told.sweep_id,
            "wandb.tags": ", ".join(told.tags),
            "group": told.group,
            "job_type": told.job_type,
            "mlflow.source.git.commit": told.git.commit,
        }
        run.tags.update(_known(tags))
        self._config(told.config)

    def _config(self, config: Any) -> None:
        values = {_name(item): _value(item) for item in config.update}
        self._run.add_params({name: value for name, value in values.items() if not name.startswith("_wandb")})

    def _summary(self) -> Iterator[Point]:
        at = self._run.ended or self._run.started
        for name, value in _leaves(self._last):
            number, called = as_number(value), store_name(name)
            if number is not None and called not in self._logged:
                yield Point(called, number, at, self._step)
            elif isinstance(value, str) and len(value) <= TEXT_SHOWN and "." not in name:
                self._run.tags[called] = value

    def _files(self, folder: Path) -> None:
        if self._output:
            self._run.texts["output.log"] = "".join(self._output)[:OUTPUT_BYTES].encode()
        for path in files_below(folder):
            name = path.relative_to(folder).as_posix()
            if name not in OWN:
                self._run.add_file(name, path)


def as_number(value: Any) -> float | None:
    """Return what a metric can hold; None if it is none."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return float(value)
    words = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    return words.get(value) if isinstance(value, str) else None


def is_media(value: Any) -> bool:
    """Tell whether a value stands for a file."""
    return isinstance(value, Mapping) and "_type" in value


def _leaves(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield values by their full names, without W&B's own and without what describes a file."""
    media = tuple(f"{name.removesuffix('._type')}." for name in values if name.endswith("._type"))
    for name, value in flattened({key: each for key, each in values.items() if not key.startswith("_")}):
        if not name.startswith(media):
            yield name, value


def _name(item: Any) -> str:
    return ".".join(item.nested_key) if item.nested_key else str(item.key)


def _value(item: Any) -> Any:
    """Return the value of an item; of media nothing, their files are taken along."""
    value = _json(item.value_json)
    return None if is_media(value) else value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _time(stamp: Any) -> int:
    return int(stamp.seconds * 1000 + stamp.nanos // 1_000_000)


def _known(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in tags.items() if value}
