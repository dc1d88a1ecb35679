"""Two executed notebooks side by side: nbdime says which cells and outputs belong together."""

import json
import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.core.files import existing
from jupyter_mlstudio.core.sql import Sql
from jupyter_mlstudio.jobs.notebooks import Notebook, read
from jupyter_mlstudio.jobs.parameters import read_parameters
from jupyter_mlstudio.jobs.past import (
    ComparedCell,
    ComparedOutput,
    ComparedParameter,
    ComparedSide,
    Comparison,
    DiffLine,
)
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.types import Job

Pair = tuple[int | None, int | None]
Kind = Literal["same", "changed", "added", "removed"]

LINES = 500  # of one output that are shown
WIDTH = 2_000  # characters of one line that are shown
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})  # in Base64
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
"""Where an object lies in memory: differs from run to run and says nothing."""
ERROR = "papermill-error-cell-tag"
GIVEN = "injected-parameters"  # papermill's tag of the cell that holds them
PREVIOUS = """
SELECT id FROM jobs WHERE project = :project AND {notebook} = :notebook AND generated = 0 AND started_at IS NOT NULL
    AND seq < (SELECT seq FROM jobs WHERE id = :id) ORDER BY seq DESC LIMIT 1
"""
NOTEBOOK = {"sqlite": "json_extract(spec, '$.notebook')", "postgresql": "(spec::jsonb ->> 'notebook')"}


class Side(NamedTuple):
    """One notebook, with what is told about it."""

    told: ComparedSide
    notebook: Notebook
    parameters: dict[str, JsonValue]


def compare(place: Place, get: Callable[[str], Job], one: str, other: str) -> Comparison:
    """Compare two executed notebooks, cell by cell; the older one comes first where that is known."""
    job = get(one)
    first = _of_job(place, job)
    if other == "source":
        second = _of_file(place, job)
    elif other == "previous":
        first, second = _of_job(place, get(_previous(place.database, place.project_id, job))), first
    else:
        second = _of_job(place, get(other))
    cells = list(_cells(_own(first.notebook), _own(second.notebook)))
    return Comparison(
        one=first.told,
        other=second.told,
        parameters=_parameters(first.parameters, second.parameters),
        items=cells,
        changed=sum(cell.kind != "same" for cell in cells),
    )


def _of_job(place: Place, job: Job) -> Side:
    if not (place.project / job.output).is_file():
        raise NotFoundError(f"The job {job.name!r} has no result notebook. It may not have begun, or it was deleted.")
    started, ended = job.started_at, job.ended_at
    told = ComparedSide(
        label=f"{job.name}, {(started or job.created_at).astimezone():%Y-%m-%d %H:%M:%S}",
        job_id=job.id,
        notebook=job.output,
        state=job.state,
        seconds=(ended - started).total_seconds() if started and ended else None,
    )
    notebook = _read(place, job.output)
    return Side(told, notebook, {**_defaults(job.output, notebook), **job.spec.parameters})


def _of_file(place: Place, job: Job) -> Side:
    if job.generated:
        raise InvalidError("other: the notebook of this job was made for it; there is no file to compare it with.")
    path = job.spec.notebook
    told = ComparedSide(label=path, job_id=None, notebook=path, state=None, seconds=None)
    notebook = _read(place, path)
    return Side(told, notebook, _defaults(path, notebook))


def _read(place: Place, path: str) -> Notebook:
    existing(place.project, path)
    return read(place.project, path)[0]


def _defaults(path: str, notebook: Notebook) -> dict[str, JsonValue]:
    declared = read_parameters(path, notebook).items
    return {item.name: item.default if item.literal else item.default_code for item in declared}


def _previous(database: Sql, project: str, job: Job) -> str:
    statement = PREVIOUS.replace("{notebook}", NOTEBOOK[database.dialect])
    rows = database.run(statement, {"project": project, "notebook": job.spec.notebook, "id": job.id}).rows
    if not rows:
        raise NotFoundError(f"There is no earlier job of {job.spec.notebook!r} to compare this one with.")
    return str(rows[0]["id"])


def _parameters(one: dict[str, JsonValue], other: dict[str, JsonValue]) -> list[ComparedParameter]:
    return [
        ComparedParameter(
            name=name,
            one=one.get(name),
            other=other.get(name),
            same=json.dumps(one.get(name), sort_keys=True) == json.dumps(other.get(name), sort_keys=True),
        )
        for name in {**one, **other}
    ]


def _own(notebook: Notebook) -> list[Any]:
    """Return the cells without those with which papermill marks where a job failed."""
    return [cell for cell in notebook["cells"] if ERROR not in cell.get("metadata", {}).get("tags", [])]


def _cells(one: list[Any], other: list[Any]) -> Iterator[ComparedCell]:
    def given(left: int, right: int) -> bool:  # parameters that were given are one cell, however different
        return all(GIVEN in side.get("metadata", {}).get("tags", []) for side in (one[left], other[right]))

    for left, right in _joined(_pairs(list(map(_bare, one)), list(map(_bare, other))), given):
        before = None if left is None else one[left]
        after = None if right is None else other[right]
        yield _cell(before, after, left, right)


def _cell(before: Any, after: Any, left: int | None, right: int | None) -> ComparedCell:
    # What has not run, such as a cell of the notebook file, has no outputs to compare.
    ran = all(cell is None or _has_run(cell) for cell in (before, after))
    outputs = list(_outputs(_shown(before), _shown(after))) if ran else []
    lines = _lines(_text(before, "source"), _text(after, "source"))
    same = all(line.kind == "same" for line in lines) and all(output.kind == "same" for output in outputs)
    return ComparedCell(
        kind=_kind(left, right, same=same),
        type=(after or before)["cell_type"],
        one=None if left is None else left + 1,
        other=None if right is None else right + 1,
        lines=lines,
        outputs=outputs,
        one_seconds=_seconds(before),
        other_seconds=_seconds(after),
    )


def _has_run(cell: Any) -> bool:
    return bool(cell.get("outputs")) or cell.get("execution_count") is not None


def _outputs(one: list[Any], other: list[Any]) -> Iterator[ComparedOutput]:
    def alike(left: int, right: int) -> bool:
        return bool(one[left]["kind"] == other[right]["kind"])

    for left, right in _joined(_pairs(one, other), alike):
        before, after = (None if left is None else one[left]), (None if right is None else other[right])
        image = next((mime for side in (after, before) if side for mime in side["data"] if "image/" in mime), None)
        old, cut = _cut(_plain(before))
        new, cut_too = _cut(_plain(after))
        yield ComparedOutput(
            kind=_kind(left, right, same=before == after),
            lines=_lines(old, new),
            image=image,
            note=f"Only the first {LINES} lines are shown." if cut or cut_too else "",
        )


def _pairs(one: list[Any], other: list[Any]) -> Iterator[Pair]:
    """Yield the places that belong together in two lists of cells or outputs, by what nbdime makes of them."""
    from nbdime.diffing.notebooks import diff, notebook_config

    left = right = 0
    for change in diff(one, other, path="/cells" if one and "cell_type" in one[0] else "", config=notebook_config):
        while left < change.key:
            yield left, right
            left, right = left + 1, right + 1
        if change.op == "addrange":
            yield from ((None, right + place) for place in range(len(change.valuelist)))
            right += len(change.valuelist)
        elif change.op == "removerange":
            yield from ((left + place, None) for place in range(change.length))
            left += change.length
        else:
            yield left, right
            left, right = left + 1, right + 1
    yield from zip(range(left, len(one)), range(right, len(other)), strict=True)


def _joined(pairs: Iterator[Pair], together: Callable[[int, int], bool]) -> Iterator[Pair]:
    """Make one pair of what went and what came in its place, where both belong together."""
    lefts: list[int] = []
    rights: list[int] = []
    for left, right in [*pairs, (-1, -1)]:
        if left is None or right is None:
            lefts += [] if left is None else [left]
            rights += [] if right is None else [right]
            continue
        for place in range(max(len(lefts), len(rights))):
            both = place < min(len(lefts), len(rights)) and together(lefts[place], rights[place])
            if both:
                yield lefts[place], rights[place]
                continue
            if place < len(lefts):
                yield lefts[place], None
            if place < len(rights):
                yield None, rights[place]
        lefts, rights = [], []
        if left >= 0:
            yield left, right


def _bare(cell: Any) -> dict[str, Any]:
    """Return of a cell what counts: counters, times and ids differ between any two executions."""
    bare = {"cell_type": cell["cell_type"], "source": _text(cell, "source"), "metadata": {}}
    return {**bare, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else bare


def _shown(cell: Any) -> list[dict[str, Any]]:
    """Return the outputs of a cell as bundles of media types."""
    return [{"kind": output["output_type"], "data": _bundle(output)} for output in (cell or {}).get("outputs", [])]


def _bundle(output: Any) -> dict[str, str]:
    if output["output_type"] == "stream":
        found = {"text/plain": _text(output, "text")}
    elif output["output_type"] == "error":
        trace = "\n".join(output.get("traceback", []))
        found = {"text/plain": trace or f"{output.get('ename')}: {output.get('evalue')}"}
    else:
        data = output.get("data", {})
        found = {mime: _text(data, mime) for mime in data}
    return {mime: text if mime in PICTURES else ADDRESS.sub("0x…", ANSI.sub("", text)) for mime, text in found.items()}


def _text(holder: Any, name: str) -> str:
    value = (holder or {}).get(name, "")
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "".join(value)
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _plain(output: dict[str, Any] | None) -> str:
    """Return the text of an output; of one without a plain text, that of its most readable form."""
    data: dict[str, str] = (output or {}).get("data", {})
    texts = [mime for mime in data if not mime.startswith("image/")]
    return data.get("text/plain", data[texts[0]] if texts else "")


def _cut(text: str) -> tuple[str, bool]:
    lines = text.splitlines()
    return "\n".join(line[:WIDTH] for line in lines[:LINES]), len(lines) > LINES


def _lines(one: str, other: str) -> list[DiffLine]:
    before, after = one.splitlines(), other.splitlines()
    found = []
    for op, start, end, to_start, to_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            found += [DiffLine(kind="same", text=line) for line in before[start:end]]
        else:
            found += [DiffLine(kind="removed", text=line) for line in before[start:end]]
            found += [DiffLine(kind="added", text=line) for line in after[to_start:to_end]]
    return found


def _kind(left: int | None, right: int | None, *, same: bool) -> Kind:
    if left is None:
        return "added"
    return "removed" if right is None else "same" if same else "changed"


def _seconds(cell: Any) -> float | None:
    found = (cell or {}).get("metadata", {}).get("papermill", {}).get("duration")
    return float(found) if isinstance(found, int | float) else None
