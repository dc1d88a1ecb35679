"""Two lists of notebook cells side by side: nbdime says which cells and outputs belong together."""

import json
import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

Pair = tuple[int | None, int | None]
Kind = Literal["same", "changed", "added", "removed"]

LINES = 500  # of one output that are shown
WIDTH = 2_000  # characters of one line that are shown
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})  # in Base64
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
"""Where an object lies in memory: differs from run to run and says nothing."""
COMPARED = 4_000  # characters of a cell by which it is found again
TINY = 10  # characters of a cell too short to be judged by what both have in common, for nbdime as well
ALIKE = 0.5  # share that both have in common
GIVEN = "injected-parameters"  # papermill's tag of the cell that holds them


class DiffLine(Struct):
    """One line of a text before or after."""

    kind: Literal["same", "added", "removed"] = Field(description="Whether both sides have it, or only one.")
    text: str = Field(description="The line.")


class ComparedOutput(Struct):
    """One output of a cell, on both sides."""

    kind: Literal["same", "changed", "added", "removed"] = Field(description="Whether it differs.")
    lines: list[DiffLine] = Field(description="Its text with both sides in one; empty if it is no text.")
    image: str | None = Field(description="Media type of a picture in it; null if there is none.")
    note: str = Field(description="What is not shown, such as what was too long; may be empty.")


class ComparedCell(Struct):
    """One cell of two executed notebooks."""

    kind: Literal["same", "changed", "added", "removed"] = Field(description="Whether it differs: source or outputs.")
    type: Literal["code", "markdown", "raw"] = Field(description="What kind of cell it is.")
    one: int | None = Field(description="Its number among all cells of the first notebook, from 1.")
    other: int | None = Field(description="Its number among all cells of the second notebook, from 1.")
    lines: list[DiffLine] = Field(description="Its source with both sides in one.")
    outputs: list[ComparedOutput] = Field(description="Its outputs.")
    one_seconds: float | None = Field(description="How long it ran in the first.")
    other_seconds: float | None = Field(description="How long it ran in the second.")


def compared_cells(one: list[Any], other: list[Any]) -> Iterator[ComparedCell]:
    """Pair the cells of two notebooks, in order, and tell what differs in source and outputs."""

    def together(left: int, right: int) -> bool:
        return _given(one[left], other[right]) or _alike(one[left], other[right])

    for left, right in _joined(_pairs(list(map(_bare, one)), list(map(_bare, other))), together):
        before = None if left is None else one[left]
        after = None if right is None else other[right]
        yield _cell(before, after, left, right)


def _given(one: Any, other: Any) -> bool:
    """Tell whether both hold parameters that were given: they are one cell, however different."""
    return all(GIVEN in side.get("metadata", {}).get("tags", []) for side in (one, other))


def _alike(one: Any, other: Any) -> bool:
    """Tell whether one cell can be the other one edited: too short ones nbdime takes for others."""
    before, after = (_text(side, "source")[:COMPARED] for side in (one, other))
    short = max(len(before), len(after)) < TINY
    return one["cell_type"] == other["cell_type"] and (short or SequenceMatcher(None, before, after).ratio() >= ALIKE)


def _cell(before: Any, after: Any, left: int | None, right: int | None) -> ComparedCell:
    # What has not run, such as a cell of the notebook file, has no outputs to compare.
    ran = all(cell is None or _has_run(cell) for cell in (before, after))
    outputs = list(_outputs(_shown(before), _shown(after))) if ran else []
    lines = diff_lines(_text(before, "source"), _text(after, "source"))
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
            lines=diff_lines(old, new),
            image=image,
            note=f"Only the first {LINES} lines are shown." if cut or cut_too else "",
        )


def _pairs(one: list[Any], other: list[Any]) -> Iterator[Pair]:
    """Yield the places that belong together in two lists of cells or outputs.

    What is equal keeps its place, as with nbdime; that is asked only where several stand against several, since its
    first import takes seconds.
    """
    for op, start, end, to_start, to_end in _matched(one, other).get_opcodes():
        gone, come = range(start, end), range(to_start, to_end)
        if op == "equal":
            yield from zip(gone, come, strict=True)
        elif (len(gone) <= 1 and len(come) <= 1) or not gone or not come:
            yield from ((left, None) for left in gone)
            yield from ((None, right) for right in come)
        else:
            for left, right in _by_nbdime(one[start:end], other[to_start:to_end]):
                yield None if left is None else start + left, None if right is None else to_start + right


def _matched(one: list[Any], other: list[Any]) -> "SequenceMatcher[str]":
    before, after = ([json.dumps(each, sort_keys=True) for each in side] for side in (one, other))
    return SequenceMatcher(None, before, after, autojunk=False)


def _by_nbdime(one: list[Any], other: list[Any]) -> Iterator[Pair]:
    """Yield the places that nbdime makes pairs of."""
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


def diff_lines(one: str, other: str) -> list[DiffLine]:
    """Put two texts into one: the lines of both in order, each with the side that it is of."""
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
