"""Two recipes step by step; read as plain JSON, since recipes belong to another feature."""

import json
from difflib import SequenceMatcher
from typing import Any

from pydantic import JsonValue

from jupyter_mlstudio.experiments.comparing.types import ComparedStep

SAID = frozenset({"op", "on", "label", "note", "state"})
"""Fields of a step that are no options of it."""

Step = dict[str, JsonValue]


def steps_in(text: str) -> list[Step]:
    """Return the steps of a recipe's file that are switched on; none if it is no recipe."""
    try:
        recipe = json.loads(text)
    except ValueError:
        return []
    found = recipe.get("steps", []) if isinstance(recipe, dict) else []
    return [step for step in found if isinstance(step, dict) and step.get("on", True)]


def compared_steps(one: list[Step], other: list[Step]) -> list[ComparedStep]:
    """Pair the steps of two recipes, in order."""
    before, after = list(map(_identity, one)), list(map(_identity, other))
    found: list[ComparedStep] = []
    for op, start, end, to_start, to_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for place in range(max(end - start, to_end - to_start)):
            left = start + place if start + place < end else None
            right = to_start + place if to_start + place < to_end else None
            found += _pair(one, other, left, right, same=op == "equal")
    return found


def _pair(one: list[Step], other: list[Step], left: int | None, right: int | None, *, same: bool) -> list[ComparedStep]:
    if left is not None and right is not None and (same or one[left].get("op") == other[right].get("op")):
        text = words(other[right])
        before = None if same else words(one[left])
        kind: Any = "same" if same else "changed"
        return [ComparedStep(kind=kind, one=left + 1, other=right + 1, text=text, before=before)]
    found = []
    if left is not None:
        found.append(ComparedStep(kind="removed", one=left + 1, other=None, text=words(one[left]), before=None))
    if right is not None:
        found.append(ComparedStep(kind="added", one=None, other=right + 1, text=words(other[right]), before=None))
    return found


def words(step: Step) -> str:
    """Write a step in one line."""
    options = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in step.items() if name not in SAID]
    return " ".join([str(step.get("op", "")), *options])


def _identity(step: Step) -> str:
    counted = {name: value for name, value in step.items() if name not in {"label", "note"}}
    return json.dumps(counted, sort_keys=True)
