"""Findings about steps that have no effect, undo one another, or make what nobody uses."""

from collections.abc import Iterator
from itertools import pairwise

from jupyter_mlstudio.wrangling.linting.touching import (
    IN_PLACE,
    Place,
    everything,
    makes,
    named,
    reads,
    removes,
    renames,
)
from jupyter_mlstudio.wrangling.linting.types import Edit, Finding, Fix, delete
from jupyter_mlstudio.wrangling.step import Step

_ONCE = frozenset(
    {
        "drop_duplicates",
        "drop_missing",
        "sort",
        "select",
        "drop",
        "cast",
        "clean_text",
        "round",
        "clip",
        "scale",
        "replace",
    }
)
"""Steps that do nothing when they are done twice."""


def without_effect(places: list[Place]) -> Iterator[Finding]:
    """Find steps that change nothing."""
    for place, before in zip(places, [None, *places], strict=False):
        reason = _nothing(place.step) or (_again(place.step, before.step) if before else "")
        if reason:
            yield _idle(place, "no-effect", reason)
    yield from _filled_twice(places)


def _nothing(step: Step) -> str:
    if step.op == "rename" and all(old == new for old, new in renames(step).items()):
        return "The new names are the old ones."
    if step.op == "replace" and all(each.old == each.new for each in getattr(step, "values", ())):
        return "Each value is replaced by itself."
    if step.op == "clean_text":
        options = step.model_dump(include={"trim", "spaces", "case", "find", "empty"})
        if options == {"trim": False, "spaces": False, "case": "keep", "find": "", "empty": False}:
            return "None of its options is switched on."
    if step.op == "derive" and getattr(step, "formula", "").strip().strip("`") == getattr(step, "name", None):
        return "The formula is the column itself."
    if step.op == "sample" and getattr(step, "share", None) == 1:
        return "It keeps all rows."
    return ""


def _again(step: Step, before: Step) -> str:
    same = step.op in _ONCE and step.model_dump(exclude={"state", "note"}) == before.model_dump(
        exclude={"state", "note"}
    )
    return "The step before does the same." if same else ""


def _filled_twice(places: list[Place]) -> Iterator[Finding]:
    """Find columns that are filled although nothing in them can be missing any more."""
    full: set[str] = set()
    for place in places:
        step = place.step
        if step.op == "fill_missing":
            columns = set(named(step))
            if columns and columns <= full and not getattr(step, "mark", False):
                yield _idle(place, "no-effect", f"“{min(columns)}” was filled before, so nothing is missing any more.")
            full |= columns
        elif step.kind == "shape" or everything(step):
            full = set()
        else:
            full -= makes(step) | set(renames(step)) | set(renames(step).values())


def undone(places: list[Place]) -> Iterator[Finding]:
    """Find steps that take back what the one before did."""
    for before, place in pairwise(places):
        forth, back = renames(before.step), renames(place.step)
        if forth and back and {new: old for old, new in forth.items() if old != new} == back:
            both = (_deleted(place.position), _deleted(before.position))
            yield Finding(
                position=place.position,
                code="undone",
                severity="hint",
                message="This gives the columns back the names they had before the step above.",
                columns=tuple(back.values()),
                fixes=(Fix(label="Remove both steps", edits=both),),
            )
        reason = _overridden(before.step, place.step)
        if reason:
            yield _idle(before, "overridden", reason)


def _overridden(before: Step, step: Step) -> str:
    """Say why the first of two steps might as well be left out."""
    if before.op == step.op and step.op == "sort" and _keys(before) == _keys(step) and before != step:
        return "The next step sorts by the same columns in another direction."
    if before.op == step.op == "scale" and set(named(before)) == set(named(step)) and before != step:
        return "The next step scales the same columns anew, which makes this one meaningless."
    if before.op == step.op == "cast" and set(named(before)) <= set(named(step)) and getattr(step, "to", "") == "text":
        return "The next step turns the same columns back into text." if getattr(before, "to", "") == "text" else ""
    return ""


def _keys(step: Step) -> tuple[str, ...]:
    return named(step)


def unused(places: list[Place]) -> Iterator[Finding]:
    """Find work on columns that are dropped, or computed anew, before anybody has looked at them."""
    for index, place in enumerate(places):
        made = makes(place.step) if place.step.kind in {"row", "fit"} else set()
        for name in sorted(made):
            end = _end_of(name, places[index + 1 :])
            if end is None or (len(made) > 1 and place.step.op in IN_PLACE):
                continue
            verb = "dropped" if name in removes(end.step) or end.step.op == "select" else "computed anew"
            own = place.step.op not in IN_PLACE and name not in reads(place.step)
            what = f"“{name}” is {verb} in step {end.position + 1} before anything has used it."
            message = what if own else f"“{name}” is {verb} in step {end.position + 1}, so this work is for nothing."
            yield Finding(
                position=place.position,
                code="unused",
                severity="hint",
                message=message,
                columns=(name,),
                fixes=(_unused_fix(place, end, name, own=own),),
            )


def _unused_fix(place: Place, end: Place, name: str, *, own: bool) -> Fix:
    """Remove the step; and the drop as well, if it drops nothing else and the column comes from nowhere else."""
    if own and end.step.op == "drop" and set(named(end.step)) == {name}:
        return Fix(label="Remove both steps", edits=(_deleted(end.position), _deleted(place.position)))
    return delete(place.position)


def _end_of(name: str, later: list[Place]) -> Place | None:
    """Return the step that ends a column unread; None if something reads it, or it stays."""
    for place in later:
        step = place.step
        if everything(step) or name in renames(step) or getattr(step, "target", None) == name:
            return None
        if step.op == "drop" and name in removes(step):
            return place
        if step.op == "select" and name not in named(step):
            return place
        if name in reads(step):
            return None
        if step.op == "derive" and name in makes(step):
            return place
    return None


def _idle(place: Place, code: str, reason: str) -> Finding:
    message = f"“{place.step.title}” has no effect: {reason[:1].lower()}{reason[1:]}"
    return Finding(
        position=place.position,
        code=code,
        severity="hint",
        message=message,
        columns=(),
        fixes=(delete(place.position),),
    )


def _deleted(position: int) -> Edit:
    return Edit(edit="delete", position=position, to=None, step=None)
