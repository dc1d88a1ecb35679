"""Columns that go together: the same thing twice, and numbers that follow from others."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.report.goal import codes_of, plain_numbers
from jupyter_mlstudio.wrangling.report.mends import drop, figure, insight, said
from jupyter_mlstudio.wrangling.report.reading import Reading
from jupyter_mlstudio.wrangling.report.types import Associations, Insight

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from jupyter_mlstudio.wrangling.report.goal import Codes, Numbers

METHOD = (
    "Two numbers: Spearman's rank correlation, with its sign. Two categories: Cramér's V, corrected for bias. "
    "A number and a category: the correlation ratio of the ranks. 0 is none, 1 complete."
)
_ROWS = 30_000
_COLUMNS = 40
_CATEGORIES = 100
_SAME = 0.97
_REPEATED = 5
"""How often a value must stand there on average to be a category."""
_FOLLOWS = 10.0
_LEAST = 3
_MOMENTS = ("date", "datetime")


class Mixed(NamedTuple):
    """How strongly columns go together, and which say nearly the same."""

    associations: Associations
    same: dict[tuple[str, str], float]
    """Pairs of which each tells the other."""


def mixed(
    sample: "pl.DataFrame", names: Sequence[str], roles: Mapping[str, str], same: float = _SAME, most: int = _COLUMNS
) -> Mixed:
    """Compare each column with each other: numbers by their ranks, categories by their values.

    Pairs of which each tells the other as strongly as `same` are named; no more columns than `most` are compared.
    """
    import numpy as np

    table = sample if sample.height <= _ROWS else sample.sample(_ROWS, seed=0)
    numeric = [name for name in names if roles[name] in {"number", "date", "datetime", "time", "duration"}]
    codes = {name: codes_of(table[name], _CATEGORIES) for name in names if name not in numeric}
    most_of_all = min(2 * _CATEGORIES, table.height // _REPEATED)
    codes = {name: each for name, each in codes.items() if each.max(initial=0) < most_of_all}
    shown = [name for name in names if name in numeric or name in codes][:most]
    numeric = [name for name in numeric if name in shown]
    ranks, known = _ranked(table, numeric)
    values = np.full((len(shown), len(shown)), np.nan)
    pairs: dict[tuple[str, str], float] = {}
    place = {name: index for index, name in enumerate(shown)}
    correlations = _correlations(ranks, known)
    for row, first in enumerate(shown):
        values[row, row] = 1.0
        for second in shown[row + 1 :]:
            if first in codes and second in codes:
                value, both = _categories(codes[first], codes[second])
                both = min(both, value)  # in a small table, rare values tell one another by chance
            elif first in codes or second in codes:
                category, number = (first, second) if first in codes else (second, first)
                column = numeric.index(number)
                value, both = _ratio(codes[category][known[:, column]], ranks[known[:, column], column]), 0.0
            else:
                value = float(correlations[numeric.index(first), numeric.index(second)])
                both = abs(value)
            values[place[first], place[second]] = values[place[second], place[first]] = value
            if both >= same and not _dates(roles[first], roles[second]):
                pairs[first, second] = both
    return Mixed(_associations(shown, values), pairs)


def _dates(first: str, second: str) -> bool:
    """Tell whether one is a date and the other is not: its month goes with it, and is not the same to a model."""
    return (first in _MOMENTS) != (second in _MOMENTS)


def _associations(names: list[str], values: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> Associations:
    rows = tuple(tuple(None if isnan(value) else round(float(value), 4) for value in row) for row in values)
    return Associations(columns=tuple(names), values=rows, method=METHOD)


def _ranked(
    table: "pl.DataFrame", names: list[str]
) -> "tuple[Numbers, np.ndarray[tuple[int, int], np.dtype[np.bool_]]]":
    """Return standardized ranks, 0 where a value is missing, and where there are values."""
    import numpy as np

    ranks, known = np.zeros((table.height, len(names))), np.zeros((table.height, len(names)), dtype=bool)
    for place, name in enumerate(names):
        ranked = plain_numbers(table[name].to_physical().rank("average"))
        present = ~np.isnan(ranked)
        known[:, place] = present
        if present.any():
            ranks[present, place] = _standardized(ranked[present])
    return ranks, known


def _standardized(values: "Numbers") -> "Numbers":
    spread = float(values.std())
    return (values - values.mean()) / spread if spread else values * 0


def _correlations(ranks: "Numbers", known: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]") -> "Numbers":
    """Correlate each two columns over the rows where both have values."""
    import numpy as np

    present = known.astype(float)
    counts = np.maximum(present.T @ present, 1)
    sums, squares = ranks.T @ present, (ranks**2).T @ present
    covariance = ranks.T @ ranks - sums * sums.T / counts
    spread = squares - sums**2 / counts
    size = np.sqrt(np.maximum(spread * spread.T, 0))
    made: Numbers = np.divide(covariance, size, out=np.zeros_like(covariance), where=size > 1e-9)  # noqa: PLR2004  # else nothing varies
    return made


def _categories(first: "Codes", second: "Codes") -> tuple[float, float]:
    """Return Cramér's V with Bergsma's correction, and how well the worse of the two tells the other (Theil's U)."""
    import numpy as np

    width = int(second.max()) + 1
    table = (
        np.bincount(first * width + second, minlength=(int(first.max()) + 1) * width).reshape(-1, width).astype(float)
    )
    table = table[table.sum(1) > 0][:, table.sum(0) > 0]
    rows, columns = table.shape
    total = table.sum()
    if min(rows, columns) < 2 or total < 2:  # noqa: PLR2004  # one value tells nothing
        return 0.0, 0.0
    expected = np.outer(table.sum(1), table.sum(0)) / total
    spread = float(((table - expected) ** 2 / expected).sum() / total)
    corrected = max(0.0, spread - (rows - 1) * (columns - 1) / (total - 1))
    room = min(rows - (rows - 1) ** 2 / (total - 1), columns - (columns - 1) ** 2 / (total - 1)) - 1
    joint = table / total
    with np.errstate(divide="ignore", invalid="ignore"):
        information = float(np.nansum(joint * np.log(joint / (expected / total))))
    most = max(_entropy(joint.sum(1)), _entropy(joint.sum(0)))
    return (min(1.0, (corrected / room) ** 0.5) if room > 0 else 0.0), information / most if most else 0.0


def _entropy(shares: "Numbers") -> float:
    import numpy as np

    return float(-(shares * np.log(shares)).sum())


def _ratio(codes: "Codes", values: "Numbers") -> float:
    """Return the correlation ratio of a number by a category, less what chance gives."""
    import numpy as np

    total = len(values)
    spread = float(((values - values.mean()) ** 2).sum()) if total else 0.0
    if not spread:
        return 0.0
    counts, sums = np.bincount(codes), np.bincount(codes, weights=values)
    groups = int((counts > 0).sum())
    if total <= groups:
        return 0.0
    between = float((sums[counts > 0] ** 2 / counts[counts > 0]).sum()) - total * float(values.mean()) ** 2
    explained = 1 - (spread - between) / spread * (total - 1) / (total - groups)
    return float(max(0.0, explained) ** 0.5)


def groups_of(pairs: Mapping[tuple[str, str], float], order: Sequence[str]) -> list[list[str]]:
    """Join pairs to groups; in a group the columns stand in the given order."""
    group: dict[str, set[str]] = {}
    for first, second in pairs:
        joined = group.get(first, {first}) | group.get(second, {second})
        for name in joined:
            group[name] = joined
    unique = {id(each): each for each in group.values()}
    return [sorted(each, key=order.index) for each in unique.values()]


def the_same(found: Mixed, order: Sequence[str], reading: Reading) -> list[Insight]:
    """Tell of columns that say nearly the same; the first in the order is the one to keep."""
    insights = []
    for names in groups_of(found.same, order):
        strengths = [value for pair, value in found.same.items() if set(pair) <= set(names)]
        figures = [figure("Go together", min(strengths), "score", reading.exactness)]
        text = (
            "One of them is enough: together they make models unstable and their importances "
            f"meaningless. “{names[0]}” could stay."
        )
        title = f"{said(names)} say nearly the same"
        insights.append(insight("same columns", "medium", title, text, names, figures, mends=drop(names[1:])))
    return insights


def collinear(reading: Reading, names: Sequence[str], order: Sequence[str]) -> list[Insight]:
    """Find numbers that follow from the others together, by their variance inflation."""
    import numpy as np

    table = reading.sample if reading.sample.height <= _ROWS else reading.sample.sample(_ROWS, seed=0)
    columns = [_standardized(np.nan_to_num(_centred(plain_numbers(table[name])))) for name in names]
    left = [name for name, column in zip(names, columns, strict=True) if column.std() > 0]
    if len(left) < _LEAST or table.height < 5 * len(left):
        return []
    correlation: Numbers = np.atleast_2d(
        np.corrcoef(np.column_stack([column for column in columns if column.std() > 0]), rowvar=False)
    )
    first = dict(zip(left, _inflation(correlation), strict=True))
    kept, dropped = list(left), []
    while len(kept) > 1:
        places = [left.index(name) for name in kept]
        inflation = dict(zip(kept, _inflation(correlation[np.ix_(places, places)]), strict=True))
        above = [name for name in kept if inflation[name] >= _FOLLOWS]
        if not above:
            break
        worst = max(above, key=order.index)  # of those that follow from the others, the one that tells least
        kept.remove(worst)
        dropped.append(worst)
    if not dropped:
        return []
    involved = [name for name in left if first[name] >= _FOLLOWS]
    figures = [
        figure(f"VIF {name}", round(min(first[name], 1e6), 1), "number", reading.exactness) for name in involved[:6]
    ]
    text = (
        f"{'Each' if len(involved) > 1 else 'It'} can be computed from the others nearly exactly "
        f"(variance inflation above {_FOLLOWS:.0f}), so coefficients of "
        f"linear models mean nothing. Without {said(dropped)} all are below; trees do not mind."
    )
    return [
        insight(
            "collinear",
            "low",
            f"{said(involved)} {'follow from each other' if len(involved) > 1 else 'follows from the others'}",
            text,
            involved,
            figures,
            mends=drop(dropped),
        )
    ]


def _centred(values: "Numbers") -> "Numbers":
    import numpy as np

    return values - np.nanmean(values) if not np.isnan(values).all() else values


def _inflation(correlation: "Numbers") -> "list[float]":
    import numpy as np

    tiny = 1e-9 * np.eye(len(correlation))
    return [float(value) for value in np.diag(np.linalg.inv(correlation + tiny))]
