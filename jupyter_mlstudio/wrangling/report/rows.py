"""Rows that stand there more than once, and rows that are like no other."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.report.gaps import names_rows
from jupyter_mlstudio.wrangling.report.goal import plain_numbers
from jupyter_mlstudio.wrangling.report.mends import figure, insight, mend, share
from jupyter_mlstudio.wrangling.report.numbers import skewness
from jupyter_mlstudio.wrangling.report.reading import Reading
from jupyter_mlstudio.wrangling.report.types import Exactness, Insight, Severity

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.report.goal import Numbers

_MANY = 0.05
_LEAST_ROWS = 200
_LEAST_COLUMNS = 3
_LEAST_WIDE = 4
"""A table of fewer columns has equal rows by chance."""
_JUDGED = 25_000
_TREES = 40
_UNUSUAL = 0.72
"""Score of an isolation forest from which a row is told of; around 0.5 nothing stands out."""
_FEW_SHOWN = 10
_FAR, _SEVERAL = 4.0, 2
"""How many deviations a row must be away from the middle, in how many columns."""
_FEW_VALUES = 10
_LEANING = 2.0


def duplicates(reading: Reading) -> list[Insight]:
    """Tell how many rows are the same as another."""
    if not reading.repeated or len(reading.facts) < _LEAST_WIDE:
        return []
    part = reading.repeated / reading.rows
    figures = [figure("Rows", reading.repeated, "count", "exact"), figure("Share", part, "share", "exact")]
    text = (
        "If they were recorded twice by mistake, they count double, and a model is tested on rows that it has "
        "learned. If different things can look the same here, keep them."
    )
    title = f"{reading.repeated:,} rows are the same as another in all columns"
    mends = mend("Drop duplicates", {"op": "drop_duplicates"})
    severity: Severity = "high" if part >= _MANY else "medium"
    return [insight("duplicate rows", severity, title, text, figures=figures, mends=mends)]


def unusual(reading: Reading, target: str | None) -> list[Insight]:
    """Find the rows that an isolation forest parts from all others soonest."""
    import numpy as np

    names, values = _measures(reading, target)
    if reading.sample.height < _LEAST_ROWS or len(names) < _LEAST_COLUMNS:
        return []
    judged = np.sort(np.random.default_rng(0).permutation(len(values))[:_JUDGED])
    scores = _isolated(values[judged])
    distances = _distances(values)
    odd = (scores > _UNUSUAL) & ((distances[judged] > _FAR).sum(axis=1) >= _SEVERAL)
    if not odd.any():
        return []
    worst = judged[odd][np.argsort(-scores[odd])][:_FEW_SHOWN]
    far = distances[worst]
    examples = [_described(reading, names, far[place], int(row)) for place, row in enumerate(worst[:5])]
    exactness: Exactness = reading.exactness if len(judged) == len(values) else "sampled"
    figures = [figure("Unusual rows", float(odd.mean()), "share", exactness)]
    text = (
        f"{share(float(odd.mean())).capitalize()} of the rows are far from all others in several columns at once. "
        "Look at them: mistakes of recording often show so."
    )
    rows = [reading.places[int(row)] for row in worst]
    return [
        insight(
            "unusual rows", "low", "Some rows are like no other", text, figures=figures, examples=examples, rows=rows
        )
    ]


def _measures(reading: Reading, target: str | None) -> "tuple[list[str], Numbers]":
    """Return the columns of numbers, without gaps; those that lean far on a scale of orders of magnitude."""
    import numpy as np

    names, values = [], []
    for name, facts in reading.facts.items():
        column = reading.sample[name].drop_nulls()
        if facts.role != "number" or name == target or facts.missing > reading.rows / 2:
            continue
        if column.n_unique() <= _FEW_VALUES or (facts.unique and names_rows(column, name)):
            continue
        numbers = plain_numbers(reading.sample[name])
        middle = float(np.nanmedian(numbers))
        numbers = np.where(np.isnan(numbers), middle, numbers)
        if abs(skewness(numbers)) > _LEANING:
            numbers = np.sign(numbers) * np.log1p(np.abs(numbers))
        names.append(name)
        values.append(numbers)
    return names, np.column_stack(values) if values else np.empty((0, 0))


def _distances(values: "Numbers") -> "Numbers":
    """Return how far each value is from the middle of its column, in deviations as the quartiles tell them."""
    import numpy as np

    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
    width = np.where(high > low, (high - low) / 1.35, np.maximum(values.std(axis=0), 1e-9))
    return np.asarray(np.abs(values - middle) / width)


def _isolated(values: "Numbers") -> "Numbers":
    import numpy as np
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(n_estimators=_TREES, random_state=0, n_jobs=1).fit(values)
    return np.asarray(-forest.score_samples(values))


def _described(reading: Reading, names: list[str], far: "Numbers", row: int) -> str:
    """Name the columns that make a row unusual, with their values."""
    parts = [f"{names[place]} {reading.sample[names[place]][row]}" for place in (-far).argsort()[:3]]
    return f"row {reading.places[row] + 1:,}: {', '.join(parts)}"
