"""From what a sweep varies to the parameters of each of its jobs."""

import json
import math
import random
import secrets
from itertools import product

from pydantic import JsonValue

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.jobs.sweeps.types import (
    Draw,
    DrawChoice,
    DrawInteger,
    DrawLogUniform,
    Parameters,
    Space,
    SweepDraws,
    SweepGrid,
    SweepSpan,
)

MOST = 10_000  # jobs of one sweep


def seeded(space: Space) -> Space:
    """Return a space that draws the same again and again."""
    if isinstance(space, SweepDraws) and space.seed is None:
        return space.model_copy(update={"seed": secrets.randbelow(2**31)})
    return space


def parameter_sets(space: Space) -> list[Parameters]:
    """Return the parameters of each job, none twice.

    Raises:
        InvalidError: There are none, or too many; the message names the field and the fix.
    """
    if isinstance(space, SweepGrid):
        sets = _combined({name: _values(name, values) for name, values in space.values.items()})
    elif isinstance(space, SweepDraws):
        sets = _drawn(space)
    else:
        sets = space.items
    if not sets or not any(sets):
        raise InvalidError("space: nothing varies. Give at least one parameter some values.")
    if len(sets) > MOST:
        raise InvalidError(f"space: {len(sets)} jobs are more than a sweep can have ({MOST}). Leave out some values.")
    return list({json.dumps(each, sort_keys=True): each for each in sets}.values())


def names_of(sets: list[Parameters]) -> list[str]:
    """Return the parameters that any of the sets has, in their order."""
    return list({name: None for each in sets for name in each})


def _combined(values: dict[str, list[JsonValue]]) -> list[Parameters]:
    empty = next((name for name, choices in values.items() if not choices), None)
    if empty is not None:
        raise InvalidError(f"space.values.{empty}: give it at least one value, or leave it out.")
    many = math.prod(len(choices) for choices in values.values())
    if many > MOST:
        raise InvalidError(f"space.values: {many} combinations are more than a sweep can have ({MOST}).")
    return [dict(zip(values, combination, strict=True)) for combination in product(*values.values())]


def _values(name: str, values: list[JsonValue] | SweepSpan) -> list[JsonValue]:
    if isinstance(values, list):
        return values
    low, high, steps = values.low, values.high, values.count - 1
    if not low < high or not math.isfinite(high - low):
        raise InvalidError(f"space.values.{name}: low must be smaller than high.")
    if values.log and low <= 0:
        raise InvalidError(f"space.values.{name}.low: must be above 0 where the ratio is to be the same.")
    numbers = [
        low * (high / low) ** (place / steps) if values.log else low + (high - low) * place / steps
        for place in range(values.count)
    ]
    numbers[-1] = high
    if all(math.isclose(number, round(number), abs_tol=1e-9) for number in numbers):
        return [round(number) for number in numbers]
    return [float(f"{number:.12g}") for number in numbers]


def _drawn(space: SweepDraws) -> list[Parameters]:
    if not space.draws:
        raise InvalidError("space.draws: name at least one parameter.")
    for name, draw in space.draws.items():
        if not isinstance(draw, DrawChoice) and not draw.low < draw.high:
            raise InvalidError(f"space.draws.{name}: low must be smaller than high.")
    source = random.Random(space.seed)
    return [{name: _one(source, draw) for name, draw in space.draws.items()} for _ in range(space.count)]


def _one(source: random.Random, draw: Draw) -> JsonValue:
    if isinstance(draw, DrawChoice):
        return source.choice(draw.values)
    if isinstance(draw, DrawInteger):
        return source.randint(draw.low, draw.high)
    if isinstance(draw, DrawLogUniform):
        return math.exp(source.uniform(math.log(draw.low), math.log(draw.high)))
    return source.uniform(draw.low, draw.high)
