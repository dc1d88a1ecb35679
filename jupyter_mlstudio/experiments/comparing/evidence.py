"""What the other runs of an experiment tell about params: by how much the metric moves with each."""

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.experiments.types import RunTable, Value

if TYPE_CHECKING:
    import numpy as np

RUNS = 400
"""Other runs that are looked at, the newest."""

PARAMS = 60
"""Params that a model of the metric is made of; those that changed come first."""

FEWEST = 4
"""Other runs without which nothing can be learned."""

ROUNDS = 30
FACTORS = 3.0
"""From this ratio on, two values are compared on a scale of factors."""

SMALL = 1e-12


class Evidence(NamedTuple):
    """What a param's change does to the metric, as far as other runs tell.

    Attributes:
        effect: By how much it moves the metric.
        doubt: The standard deviation of that.
        before: The same without any other run.
    """

    effect: float
    doubt: float
    before: float

    @property
    def sure(self) -> float:
        """How much was learned, from 0 to 1."""
        return max(0.0, 1.0 - (self.doubt / self.before) ** 2) if self.before else 0.0

    def factor(self, gap: float) -> float:
        """Return how many times likelier it has become that the change explains at least half of a gap."""
        half = abs(gap) / 2
        known = NormalDist(math.copysign(1, gap) * self.effect, max(self.doubt, SMALL))
        unknown = NormalDist(0.0, max(self.before, SMALL))
        return (1 - known.cdf(half) + 1e-4) / (1 - unknown.cdf(half) + 1e-4)


class Others:
    """Runs of an experiment that have a metric, and their params."""

    def __init__(self, table: RunTable, metric: str, without: Sequence[str]) -> None:
        columns = {(column.kind, column.name): column.values for column in table.columns}
        measured = columns.get(("metric", metric), [])
        places = [
            place
            for place, run in enumerate(table.items)
            if run.id not in without and place < len(measured) and finite(measured[place]) is not None
        ][:RUNS]
        self._metric = [float(finite(measured[place]) or 0.0) for place in places]
        self._params = {
            name: [values[place] for place in places] for (kind, name), values in columns.items() if kind == "param"
        }

    @cached_property
    def spread(self) -> float | None:
        """The standard deviation of the metric; None for fewer than three runs."""
        if len(self._metric) < 3:  # noqa: PLR2004  # two tell nothing about spread
            return None
        mean = sum(self._metric) / len(self._metric)
        return math.sqrt(sum((each - mean) ** 2 for each in self._metric) / len(self._metric))

    def learned(self, before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, Evidence]:
        """Tell what each changed param does, from a linear model of the metric over the other runs.

        Runs that share the words of both count most: what a param does may hang on the kind of model. Numbers that
        lie factors apart are taken by their logarithm.
        """
        changed = [name for name in after if name in before and before[name] != after[name] and name in self._params]
        if len(self._metric) < FEWEST or not self.spread or not changed:
            return {}
        import numpy as np

        varying = [name for name, values in self._params.items() if len(set(values)) > 1 and name not in changed]
        names = [*changed, *varying][:PARAMS]
        columns = [_column(self._params[name], before.get(name), after.get(name)) for name in names]
        known = [place for place, (values, _) in enumerate(columns) if float(np.std(values)) > SMALL]
        if not known:
            return {}
        weights = self._weights(before, after)
        matrix = np.stack([columns[place][0] for place in known], axis=1)
        steps = np.array([columns[place][1] for place in known]) / matrix.std(axis=0)
        effects, doubts = _fitted(matrix, np.asarray(self._metric), weights)
        return {
            names[place]: Evidence(
                float(effects[row] * steps[row]), float(doubts[row] * abs(steps[row])), self.spread * abs(steps[row])
            )
            for row, place in enumerate(known)
            if names[place] in changed
        }

    def _weights(self, before: Mapping[str, Value], after: Mapping[str, Value]) -> "np.ndarray":
        """Return how much each run counts: less for every word that neither run has."""
        import numpy as np

        weights = np.ones(len(self._metric))
        for name, values in self._params.items():
            words = {before.get(name), after.get(name)}
            if None in words or any(finite(word) is not None for word in words) or len(set(values)) < 2:  # noqa: PLR2004
                continue
            if len(set(values)) > len(values) / 2:  # names and paths that hardly repeat
                continue
            weights *= np.where([value in words for value in values], 1.0, 0.1)
        return weights


def _column(values: Sequence[Value], before: Value, after: Value) -> "tuple[np.ndarray, float]":
    """Return a param as numbers, and how far it went between both runs."""
    import numpy as np

    numbers = [finite(value) for value in values]
    one, other = finite(before), finite(after)
    if one is None or other is None or any(number is None for number in numbers):
        return np.array([float(value == after) for value in values]), float(before != after)
    column = np.asarray(numbers, dtype=float)
    least, most = min(column.min(), one, other), max(column.max(), one, other)
    if least > 0 and most / least > FACTORS:
        return np.log(column), math.log(other / one)
    return column, other - one


def _fitted(matrix: "np.ndarray", metric: "np.ndarray", weights: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Fit a line with shrunken slopes; return the slopes a standard deviation, and the doubt of each.

    Every slope may be as large as the metric's own spread beforehand. How much is noise is found from what is left.
    """
    import numpy as np

    total = weights.sum()
    scaled = (matrix - (weights @ matrix) / total) / matrix.std(axis=0)
    target = metric - (weights @ metric) / total
    prior = float(metric.var())
    noise = prior / 2
    gram = (scaled * weights[:, None]).T @ scaled
    moment = scaled.T @ (weights * target)
    slopes, covariance = np.zeros(matrix.shape[1]), np.eye(matrix.shape[1]) * prior
    for _ in range(ROUNDS):
        covariance = np.linalg.inv(gram / noise + np.eye(len(slopes)) / prior)
        slopes = covariance @ moment / noise
        used = float(np.trace(gram @ covariance)) / noise
        left = float((weights * (target - scaled @ slopes) ** 2).sum())
        noise = max(left / max(total - used, 1.0), prior * 1e-3)
    return slopes, np.sqrt(np.diag(covariance))


def finite(value: Value) -> float | None:
    """Return a value as a number; None if it is none, or not finite."""
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
