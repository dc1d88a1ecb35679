"""The files of several runs beside each other."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.core.notebook_diff import diff_lines
from jupyter_mlstudio.experiments.comparing.sides import Source
from jupyter_mlstudio.experiments.comparing.types import ArtifactDifference, ComparedArtifact
from jupyter_mlstudio.experiments.types import ArtifactEntry, Run

FILES = 400
"""Files of a run that are listed."""

RUNS = 20
"""Runs whose files are listed."""

DIGESTED = 20_000_000
"""Bytes up to which a file is told apart by its content."""

TEXT = 300_000
LINES = 2000


class File(NamedTuple):
    """A file of a run; `name` is the same in all runs, `path` is what it is asked for by."""

    name: str
    path: str
    size: int | None
    digest: str | None


def compared_artifacts(source: Source, runs: Sequence[Run]) -> tuple[list[ComparedArtifact], str]:
    """Put the files of runs beside each other, and say what is left out."""
    if len(runs) > RUNS:
        return [], f"Artifacts are compared for up to {RUNS} runs. Compare fewer."
    listed = [{file.name: file for file in _first(_files(source, run))} for run in runs]
    found = []
    for name in sorted({name for run in listed for name in run}):
        files = [run.get(name) for run in listed]
        found.append(
            ComparedArtifact(
                name=name,
                paths=[file and file.path for file in files],
                sizes=[file and file.size for file in files],
                digests=[file and file.digest for file in files],
                differs=len({file and (file.size, file.digest) for file in files}) > 1,
            )
        )
    cut = any(len(run) == FILES for run in listed)
    return found, f"Only the first {FILES} files of each run are listed." if cut else ""


def artifact_difference(source: Source, one: tuple[str, str], other: tuple[str, str]) -> ArtifactDifference:
    """Hold two artifacts against each other as texts; each is a run and a path.

    Raises:
        NotFoundError: A run has no such artifact.
    """
    texts = []
    for run_id, path in (one, other):
        raw = Path(source.artifact_file(run_id, path)).read_bytes()
        if b"\0" in raw[:8192]:
            return ArtifactDifference(lines=[], note=f"{path!r} is no text.")
        texts.append(raw)
    if max(map(len, texts)) > TEXT:
        return ArtifactDifference(lines=[], note=f"A text has more than {TEXT // 1000} KB. Save it to look at it.")
    lines = diff_lines(*(text.decode("utf-8", "replace") for text in texts))
    note = f"Only the first {LINES} lines are shown." if len(lines) > LINES else ""
    return ArtifactDifference(lines=lines[:LINES], note=note)


def _first(files: Iterator[File]) -> list[File]:
    return [file for _, file in zip(range(FILES), files, strict=False)]


def _files(source: Source, run: Run) -> Iterator[File]:
    names: dict[str, int] = {}
    folders = [("", "")]
    while folders:
        path, shown = folders.pop(0)
        for entry in _listed(source, run.id, path):
            name = f"{shown}/{entry.name}" if shown else entry.name
            if entry.kind == "model":  # two of one name are told apart by their place
                names[name] = names.get(name, 0) + 1
                name = f"{name} (model{'' if names[name] == 1 else f' {names[name]}'})"
            if entry.kind == "file":
                digest = _digest(source, run.id, entry.path) if (entry.size or 0) <= DIGESTED else None
                yield File(name, entry.path, entry.size, digest)
            else:
                folders.append((entry.path, name))


def _listed(source: Source, run_id: str, path: str) -> list[ArtifactEntry]:
    try:
        return source.artifacts(run_id, path).items
    except StudioError:
        return []


def _digest(source: Source, run_id: str, path: str) -> str | None:
    try:
        with Path(source.artifact_file(run_id, path)).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except (StudioError, OSError):
        return None
