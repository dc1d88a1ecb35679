"""Draws rows at which a translation could go wrong: borders of trees, unseen categories, zeros, extremes, gaps."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.plans.blocks import Column, whole_input
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.question import Cells

EDGES = (0.0, -0.0, 1.0, -1.0, 1e-300, -1e-300, 5e-324, 0.1, -0.1, 1e6, -1e6, 1e30, -1e30)
WHOLE = (0, 1, -1, 2, 7, -100, 1000, 2**24 + 1, 2**31 - 1)
MOMENTS = tuple(map(datetime.fromisoformat, ("1970-01-01", "2024-02-29T12:30:00", "2000-12-31T23:59:59.999999")))
STRANGE = ("", " ", "a value that no column holds", "Ωß")
SEEN = 50
CUTS = 24
"""Borders of one column that are looked at."""


DRAWN = 400


@dataclass
class Interest:
    """What is worth a try in a column: borders, categories, and whether others than these are taken."""

    cuts: list[float] = field(default_factory=list)
    known: list[Any] = field(default_factory=list)
    strict: bool = False
    gapless: bool = False


def drawn_rows(spec: Spec, fields: Sequence[Field], real: Sequence[Cells], base: Cells) -> list[Cells]:
    """Draw rows that the model takes, the same ones each time."""
    chance = random.Random(0)
    raw, found = whole_input(fields), dict[int, Interest]()
    known_refusals: dict[int, Spec] = {}
    if spec.get("front") is None:
        _collect(spec, found)
        known_refusals = {each["index"]: each for each in spec["refused"]}
    choices = []
    for column in raw.columns:
        interest = found.get(column.index) or Interest(known=_seen(column, real))
        refused = known_refusals.get(column.index, {"gap": raw.tensor or fields[column.index].required})
        interest.gapless |= bool(refused["gap"])
        choices.append(list(_choices(column, interest, refused, chance)))
    rows = []
    for _ in range(DRAWN):
        start = chance.choice(real) if real else base
        share = chance.choice((0.1, 0.5, 1.0))
        row = (
            chance.choice(choice) if choice and chance.random() < share else start[place]
            for place, choice in enumerate(choices)
        )
        rows.append(tuple(row))
    return rows


def _seen(column: Column, real: Sequence[Cells]) -> list[Any]:
    values = {row[column.index] for row in real} if column.type == "string" else set()
    return sorted(value for value in values if value is not None)[:SEEN]


def _choices(column: Column, interest: Interest, refused: Spec, chance: random.Random) -> Iterator[Any]:
    """Give what is worth a try in a column."""
    if not interest.gapless:
        yield None
    if interest.strict:
        yield from interest.known
    elif column.type in ("double", "float"):
        yield from _decimals(interest, refused, chance)
    elif column.type in ("long", "integer"):
        near = (cut for cut in interest.cuts if abs(cut) < WHOLE[-1])
        yield from (whole for cut in near for whole in (math.floor(cut), math.ceil(cut)))
        yield from (*WHOLE, *map(int, interest.known))
    elif column.type == "boolean":
        yield from (False, True)
    elif column.type == "string":
        yield from interest.known
        yield from (*STRANGE, *(str(value).upper() for value in interest.known[:3]))
    elif column.type == "datetime":
        yield from MOMENTS


def _decimals(interest: Interest, refused: Spec, chance: random.Random) -> Iterator[float]:
    near = chance.sample(interest.cuts, CUTS) if len(interest.cuts) > CUTS else interest.cuts
    for cut in near:
        yield from (cut, math.nextafter(cut, -math.inf), math.nextafter(cut, math.inf))
    yield from EDGES
    yield from (float(value) for value in interest.known)
    yield from (chance.gauss(0, 1) for _ in range(8))
    if refused.get("limit", 0) is None:
        yield from (math.inf, -math.inf, 1e300)


def _collect(part: Any, found: dict[int, Interest]) -> None:
    if isinstance(part, dict):
        if "index" in part:
            interest = found.setdefault(part["index"], Interest())
            interest.cuts += part["cuts"].tolist() if part.get("cuts") is not None else []
            if "known" in part:
                interest.known += part["known"]
                interest.strict |= part["unknown"] is None
                interest.gapless |= part["missing"] is None and part["fill"] is None
        for each in part.values():
            _collect(each, found)
    elif isinstance(part, list):
        for each in part:
            _collect(each, found)
