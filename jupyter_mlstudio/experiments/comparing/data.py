"""How the training data of two runs differ, column by column: by the profiles that were kept, else by their types."""

from typing import Any

from jupyter_mlstudio.experiments.comparing.sides import Side
from jupyter_mlstudio.experiments.comparing.types import ColumnDifference
from jupyter_mlstudio.experiments.types import Dataset

TRAINING = "training"

SHARE = 0.02
"""Difference of shares from which on it is told."""

SHIFT = 0.05
"""Standard deviations that a mean must have moved to be told."""

Column = dict[str, Any]  # of a baseline; its fields belong to another feature


def training_set(side: Side) -> Dataset | None:
    """Return the dataset that a run was trained on; None if it logged none."""
    sets = side.run.datasets
    return next((each for each in sets if each.context == TRAINING), sets[0] if sets else None)


def compared_columns(one: Side, other: Side) -> tuple[list[ColumnDifference], str]:
    """Tell which columns differ, the most different first, and why none can be compared."""
    before, after = one.baseline, other.baseline
    if before and after:
        found = _compared(_by_name(before), _by_name(after))
    else:
        sets = [training_set(side) for side in (one, other)]
        types = [
            side.schemas.get(each.digest, {}) if each else {} for side, each in zip((one, other), sets, strict=True)
        ]
        if not all(types):
            return [], "There is no profile of the data of both runs. A run that logs its model keeps one."
        found = _retyped(*types)
    return sorted(found, key=lambda each: (-each.weight, each.name)), ""


def _by_name(baseline: dict[str, Any]) -> dict[str, Column]:
    listed = [*baseline.get("columns", []), *([baseline["target"]] if baseline.get("target") else [])]
    return {str(column["name"]): column for column in listed}


def _compared(one: dict[str, Column], other: dict[str, Column]) -> list[ColumnDifference]:
    found = _presence(one, other)
    for name in one.keys() & other.keys():
        before, after = one[name], other[name]
        parts = [part for part in (_missing(before, after), _numbers(before, after), _values(before, after)) if part]
        if before.get("kind") != after.get("kind"):
            parts.insert(0, (1.0, f"{after.get('kind')} instead of {before.get('kind')}"))
        if parts:
            weight = max(weight for weight, _ in parts)
            sentence = "; ".join(text for _, text in parts)
            found.append(ColumnDifference(name=name, kind="changed", sentence=sentence, weight=min(weight, 1.0)))
    return found


def _presence(one: dict[str, Any], other: dict[str, Any]) -> list[ColumnDifference]:
    gone = [ColumnDifference(name=name, kind="removed", sentence="not there any more", weight=1) for name in one]
    new = [ColumnDifference(name=name, kind="added", sentence="new", weight=1) for name in other]
    return [each for each in gone if each.name not in other] + [each for each in new if each.name not in one]


def _retyped(one: dict[str, str], other: dict[str, str]) -> list[ColumnDifference]:
    both = [name for name in one if name in other and one[name] != other[name]]
    changed = [
        ColumnDifference(name=name, kind="changed", sentence=f"{other[name]} instead of {one[name]}", weight=1)
        for name in both
    ]
    return _presence(one, other) + changed


def _missing(one: Column, other: Column) -> tuple[float, str] | None:
    before, after = one.get("missing", 0.0), other.get("missing", 0.0)
    if abs(before - after) < SHARE:
        return None
    return abs(before - after) * 2, f"{after:.0%} missing instead of {before:.0%}"


def _numbers(one: Column, other: Column) -> tuple[float, str] | None:
    before, after = one.get("numbers"), other.get("numbers")
    if not before or not after or one.get("categories") or other.get("categories"):
        return None
    spread = max(abs(before["std"]), abs(after["std"]), 1e-12)
    shift = abs(before["mean"] - after["mean"]) / spread
    if shift >= SHIFT:
        return shift, f"mean {after['mean']:.4g} instead of {before['mean']:.4g}"
    wider = abs(before["std"] - after["std"]) / spread
    return (wider, f"deviation {after['std']:.4g} instead of {before['std']:.4g}") if wider >= SHIFT else None


def _values(one: Column, other: Column) -> tuple[float, str] | None:
    before, after = ({each["value"]: each["share"] for each in side.get("categories") or []} for side in (one, other))
    if not before or not after:
        return None
    moved = {value: after.get(value, 0.0) - before.get(value, 0.0) for value in {**before, **after}}
    value = max(moved, key=lambda each: abs(moved[each]))
    if abs(moved[value]) < SHARE:
        return None
    return sum(
        map(abs, moved.values())
    ), f"{value!r} in {after.get(value, 0):.0%} instead of {before.get(value, 0):.0%}"
