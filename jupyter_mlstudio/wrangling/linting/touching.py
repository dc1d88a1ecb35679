"""Which columns a step reads, makes and removes, as far as its options tell."""

from collections.abc import Iterator
from typing import NamedTuple

from jupyter_mlstudio.wrangling.formula import names_in
from jupyter_mlstudio.wrangling.step import Step

BALANCES = frozenset({"balance"})
IN_PLACE = frozenset(
    {
        "cast",
        "clean_text",
        "round",
        "fill_missing",
        "clip",
        "scale",
        "ordinal",
        "fill_forward",
        "replace",
        "standardize",
        "power",
        "log",
    }
)


class Place(NamedTuple):
    """An active step and where it stands in the recipe."""

    position: int
    step: Step


def active(steps: tuple[Step, ...]) -> list[Place]:
    """Return the steps that take part."""
    return [Place(position, step) for position, step in enumerate(steps) if step.on]


def split_in(places: list[Place]) -> Place | None:
    """Return the step that parts training from test rows."""
    return next((place for place in places if place.step.splits()), None)


def named(step: Step) -> tuple[str, ...]:
    """Return the columns that the options `column`, `columns` and the like name."""
    found: list[str] = []
    for field in ("column", "columns", "by", "keys", "figures"):
        found += _names(getattr(step, field, ()))
    return tuple(dict.fromkeys(found))


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            name = each if isinstance(each, str) else getattr(each, "column", None)
            if isinstance(name, str):
                yield name


def reads(step: Step) -> set[str]:
    """Return all columns whose values a step looks at; a target that only training has is not among them."""
    found = set(step.reads()) | (set(named(step)) if step.op not in {"drop", "select", "move"} else set())
    for field in ("formula", "when"):
        text = getattr(step, field, "")
        found |= names_in(text) if isinstance(text, str) else set()
    if step.op == "select":
        found = set()
    if step.op == "rename":
        found = set()
    own = {getattr(step, "target", None)} if step.op != "derive" else set()
    return found - step.targets() - own


def makes(step: Step) -> set[str]:
    """Return the columns that a step makes new, or computes anew."""
    if step.op in {"derive", "extract", "combine", "duplicate"}:
        name = getattr(step, "name", "") or getattr(step, "to", "")
        return {name} if isinstance(name, str) and name else set()
    if step.op == "bin":
        return {getattr(step, "name", "") or getattr(step, "column", "")}
    if step.op in IN_PLACE:
        return set(named(step))
    return set()


def removes(step: Step) -> set[str]:
    """Return the columns that are gone afterwards."""
    if step.op == "drop":
        return set(named(step))
    return set(named(step)) if step.op == "one_hot" else set()


def renames(step: Step) -> dict[str, str]:
    """Return new names by old ones."""
    if step.op != "rename":
        return {}
    return {each.column: each.to for each in getattr(step, "names", ())}


def everything(step: Step) -> bool:
    """Tell whether a step may look at columns that its options do not name."""
    known = {
        "derive",
        "drop",
        "select",
        "rename",
        "cast",
        "clean_text",
        "round",
        "fill_missing",
        "clip",
        "scale",
        "ordinal",
        "one_hot",
        "replace",
        "bin",
        "date_parts",
        "filter",
        "sort",
        "sample",
        "move",
        "duplicate",
        "extract",
        "split",
        "combine",
    }
    named_rows = step.op in {"drop_missing", "drop_duplicates", "fill_forward"} and bool(getattr(step, "columns", ()))
    return step.op not in known and not named_rows


def targets(places: list[Place]) -> set[str]:
    """Return the columns that steps call their target."""
    named_so = {target for place in places if isinstance(target := getattr(place.step, "target", None), str) and target}
    return named_so.union(*(place.step.targets() for place in places))
