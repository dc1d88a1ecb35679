"""What changed between two runs, each change with how likely such a one is to move a metric before more is known."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from jupyter_mlstudio.core.notebook_diff import ComparedCell
from jupyter_mlstudio.experiments.comparing.code import Change, change_of, imports, needed
from jupyter_mlstudio.experiments.comparing.data import training_set
from jupyter_mlstudio.experiments.comparing.environment import GROUND, PYTHON, distributions, jump, normal
from jupyter_mlstudio.experiments.comparing.evidence import finite
from jupyter_mlstudio.experiments.comparing.sides import Side
from jupyter_mlstudio.experiments.comparing.types import ColumnDifference, ComparedStep, Section
from jupyter_mlstudio.experiments.types import Dataset

IDLE = re.compile(
    r"verbos|n_jobs|n_threads|num_workers|thread|log_|logg|output|out_dir|save|plot|note|comment|remark|owner|author"
    r"|run_name|run_id|label|(^|_)name$|descri|timestamp|date$|device|gpu|cache|progress|print|report|checkpoint|title|host",
    re.IGNORECASE,
)
"""Params that rarely change a result."""

SEED = re.compile(r"seed|random_state", re.IGNORECASE)
DATA = re.compile(r"data|file|path|train_|table|query|source|rows|sample|split|fraction", re.IGNORECASE)

PARAM, IDLE_PARAM, SEED_PARAM = 1.0, 0.04, 0.3
NEEDED, NOT_NEEDED, ORDER = 1.2, 0.03, 0.4
DATA_OTHER, DATA_ALIKE, FOLLOWS = 1.15, 0.3, 0.4
STEP, MODULE, COMMIT = 1.15, 1.1, 0.08
IMPORTED = {"major": 0.7, "minor": 0.35, "patch": 0.12, "presence": 0.2}
GROUNDED = {"major": 0.2, "minor": 0.1, "patch": 0.04, "presence": 0.05}
SLIGHT = 0.02
"""Share of the rows, or difference of a column, that hardly matters."""

ELSE = {"major": 0.012, "minor": 0.008, "patch": 0.004, "presence": 0.008}


@dataclass(frozen=True)
class Cause:
    """A change that may have moved the metric."""

    kind: Literal["param", "cell", "data", "recipe", "package", "code"]
    name: str
    sentence: str
    reason: str
    weight: float
    section: Section
    literals: tuple[tuple[str, str, str], ...] = ()
    values: tuple[str | None, str | None] | None = None

    def scaled(self, factor: float, reason: str) -> "Cause":
        """Return the cause with another weight, and why."""
        return replace(self, weight=self.weight * factor, reason=f"{self.reason} {reason}".strip())


def causes(
    one: Side, other: Side, cells: list[ComparedCell], columns: list[ColumnDifference], steps: list[ComparedStep]
) -> list[Cause]:
    """List what changed, in no order."""
    params = list(_params(one, other))
    code = [_told_by_param(cause, params) for cause in _cells(one, other, cells)]
    prepared = [*_steps(steps), *_modules(one, other)]
    shaping = [cause for cause in [*code, *prepared] if cause.weight >= NEEDED * 0.9 and cause.section != "params"]
    return [
        *params,
        *code,
        *prepared,
        *_data(one, other, columns, shaping),
        *_packages(one, other),
        *_commit(one, other),
    ]


def _params(one: Side, other: Side) -> Iterator[Cause]:
    before = {param.name: param.value for param in one.run.params}
    after = {param.name: param.value for param in other.run.params}
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if old is None or new is None:
            sentence = f"{name} was {'not logged' if new is None else 'logged'} ({_short(old or new)})."
            yield Cause("param", name, sentence, "Only one of both has it.", 0.15 * _prior(name), "params")
            continue
        weight = _prior(name) * _distance(old, new)
        sentence = f"{name} went from {_short(old)} to {_short(new)}."
        yield Cause("param", name, sentence, "", weight, "params", values=(old, new))


def _prior(name: str) -> float:
    if SEED.search(name):
        return SEED_PARAM
    return IDLE_PARAM if IDLE.search(name) and not DATA.search(name) else PARAM


def _distance(before: str, after: str) -> float:
    """Return a factor: a number that hardly changed counts less."""
    one, other = finite(before), finite(after)
    if one is None or other is None:
        return 1.0
    largest = max(abs(one), abs(other))
    return 0.3 + 0.7 * min(1.0, abs(one - other) / largest * 2) if largest else 1.0


def _cells(one: Side, other: Side, cells: list[ComparedCell]) -> Iterator[Cause]:
    before = _needed(one) if any(cell.one for cell in cells if cell.kind != "same") else set()
    after = _needed(other)
    moved = {line for cell in cells if cell.kind == "removed" and (line := _source(cell, "removed"))}
    told = False
    for cell in cells:
        old, new = _source(cell, "removed"), _source(cell, "added")
        if cell.type != "code" or old == new:
            continue
        number = str(cell.other or cell.one)
        if cell.kind == "added" and new in moved:
            if not told:
                yield Cause("cell", number, f"Cell {number} ran at another place.", "", ORDER, "notebook")
            told = True
            continue
        if cell.kind == "removed" and any(_source(each, "added") == old for each in cells if each.kind == "added"):
            continue
        change = change_of(old, new)
        is_needed = cell.other in after if cell.other else cell.one in before
        yield _of_cell(cell, number, change, is_needed)


def _of_cell(cell: ComparedCell, number: str, change: Change, is_needed: bool) -> Cause:
    reason = "The result depends on this cell." if is_needed else "The result does not depend on this cell."
    if change.matters < 0.1:  # noqa: PLR2004
        reason = "Nothing that is calculated differs."
    weight = change.matters * (NEEDED if is_needed else NOT_NEEDED)
    if change.literals and change.names and all(map(IDLE.search, change.names)):
        weight, reason = weight * IDLE_PARAM, "It only sets what rarely changes a result."
    words = {"added": "is new", "removed": "is gone"}.get(cell.kind, "changed")
    sentence = f"Cell {number} {words}: {change.sentence}."
    return Cause("cell", number, sentence, reason, weight, "notebook", literals=tuple(change.literals))


def _needed(side: Side) -> set[int]:
    """Return the numbers of the cells that the result depends on, from 1."""
    if any(cell.needed is not None for cell in side.cells):
        return {place for place, cell in enumerate(side.cells, 1) if cell.needed}
    made = [place for place, cell in enumerate(side.cells) if cell.made_run] or [len(side.cells) - 1]
    return {place + 1 for place in needed([cell.source for cell in side.cells], made[-1])} if side.cells else set()


def _source(cell: ComparedCell, kind: Literal["removed", "added"]) -> str:
    return "\n".join(line.text for line in cell.lines if line.kind in {"same", kind})


def _told_by_param(cause: Cause, params: list[Cause]) -> Cause:
    """Leave to a param what is only the line that sets it."""
    values = {param.values for param in params if param.values}
    if cause.literals and all((old, new) in values or IDLE.search(name) for name, old, new in cause.literals):
        return cause.scaled(0.03, "It only sets a param that is listed itself.")
    return cause


def _steps(steps: list[ComparedStep]) -> Iterator[Cause]:
    for step in steps:
        number = str(step.other or step.one)
        if step.kind == "changed":
            sentence = f"Step {number} of the recipe changed: `{_short(step.before)}` became `{_short(step.text)}`."
        elif step.kind != "same":
            sentence = (
                f"Step {number} of the recipe is {'new' if step.kind == 'added' else 'gone'}: `{_short(step.text)}`."
            )
        else:
            continue
        yield Cause("recipe", number, sentence, "", STEP, "recipe")


def _modules(one: Side, other: Side) -> Iterator[Cause]:
    for path in {**one.files, **other.files}:
        old, new = one.files.get(path), other.files.get(path)
        if old is None or new is None or old == new:
            continue
        change = change_of(old, new)
        reason = "Nothing that is calculated differs." if change.matters < 0.1 else "The run used this file."  # noqa: PLR2004
        sentence = f"{path} changed: {change.sentence}."
        yield Cause("code", path, sentence, reason, MODULE * change.matters, "git", literals=tuple(change.literals))


def _data(one: Side, other: Side, columns: list[ColumnDifference], shaping: list[Cause]) -> Iterator[Cause]:
    before, after = training_set(one), training_set(other)
    if before is None or after is None or before.digest == after.digest:
        return
    weight = (
        DATA_ALIKE if _alike(before, after) and not any(column.weight > SLIGHT for column in columns) else DATA_OTHER
    )
    cause = Cause("data", after.name, _data_words(before, after, columns), "", weight, "data")
    if shaping and (before.source == after.source):
        cause = cause.scaled(FOLLOWS, "It may follow from the code that changed too.")
    yield cause


def _alike(one: Dataset, other: Dataset) -> bool:
    """Tell whether only a few rows came or went."""
    if one.source != other.source or one.columns != other.columns or not one.rows or not other.rows:
        return False
    return 0 < abs(one.rows - other.rows) <= SLIGHT * one.rows


def _data_words(one: Dataset, other: Dataset, columns: list[ColumnDifference]) -> str:
    parts = []
    if one.source != other.source:
        parts.append(f"it comes from {other.source} instead of {one.source}")
    if one.rows != other.rows and one.rows is not None and other.rows is not None:
        parts.append(f"{other.rows:,} rows instead of {one.rows:,}")
    if one.columns != other.columns and one.columns is not None and other.columns is not None:
        parts.append(f"{other.columns} columns instead of {one.columns}")
    parts += [f"{column.name}: {column.sentence}" for column in columns[:2]]
    return f"The data {other.name!r} has other content{': ' + '; '.join(parts) if parts else ''}."


def _packages(one: Side, other: Side) -> Iterator[Cause]:
    if not one.packages or not other.packages:
        return
    used = distributions(imports(cell.source for cell in other.cells) | imports(other.files.values()))
    for name in {**one.packages, **other.packages}:
        old, new = one.packages.get(name), other.packages.get(name)
        if old == new:
            continue
        size = jump(old, new)
        imported = normal(name) in used or name == PYTHON
        known = IMPORTED if imported and name != PYTHON else GROUNDED if imported or normal(name) in GROUND else ELSE
        sentence = (
            f"{name} {f'went from {old} to {new}' if old and new else f'{new} is new' if new else f'{old} is gone'}."
        )
        yield Cause("package", name, sentence, "A cell imports it." if imported else "", known[size], "environment")


def _commit(one: Side, other: Side) -> Iterator[Cause]:
    before, after = one.git.get("commit"), other.git.get("commit")
    if before and after and before != after and not (one.files and other.files):
        yield Cause("code", "commit", f"The commit went from {before[:8]} to {after[:8]}.", "", COMMIT, "git")


def _short(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= 60 else f"{line[:59]}…"  # noqa: PLR2004
