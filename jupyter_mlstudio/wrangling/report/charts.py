"""What the charts of the report show: the target, and how it depends on each column."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.report.goal import Goal, codes_of
from jupyter_mlstudio.wrangling.report.types import Bar, Distribution, Line, Relation
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.report.goal import Numbers

_BINS = 20
_GROUPS = 10
_TOP = 10
_LINES = 5
_DIGITS = 4
_LONGEST = 40
MISSING = "(missing)"
_REST = "(others)"


def distribution(goal: Goal) -> Distribution:
    """Count the classes of the target, or bins of its numbers."""
    import numpy as np

    if goal.problem == "numbers":
        return binned(goal.column, goal.y.astype(float))
    counts = np.bincount(goal.y.astype(int), minlength=len(goal.labels))
    bars = tuple(Bar(label=label, count=int(count)) for label, count in zip(goal.labels, counts, strict=True))
    return Distribution(column=goal.column, bars=bars, edges=None)


def binned(name: str, values: "Numbers") -> Distribution:
    """Count numbers in bins; the ends hold what is farther off than one in a hundred."""
    import numpy as np

    low, high = np.quantile(values, [0.005, 0.995])
    if high <= low:
        low, high = values.min(), max(values.max(), values.min() + 1)
    edges = np.linspace(low, high, _BINS + 1)
    counts = np.histogram(np.clip(values, low, high), bins=edges)[0]
    bars = tuple(
        Bar(label=f"{_number(start)} to {_number(end)}", count=int(count))
        for start, end, count in zip(edges[:-1], edges[1:], counts, strict=True)
    )
    return Distribution(column=name, bars=bars, edges=tuple(float(edge) for edge in edges))


def relation(goal: Goal, name: str) -> Relation:
    """Average the target in bins of a column, or for its most frequent values."""
    import numpy as np

    column = goal.present[name]
    labels, groups = _groups(column)
    counts = np.bincount(groups, minlength=len(labels))
    lines, base = [], []
    for line, y in _measures(goal):
        sums = np.bincount(groups, weights=y, minlength=len(labels))
        values = tuple(
            round(float(total / count), 6) if count else None for total, count in zip(sums, counts, strict=True)
        )
        lines.append(Line(name=line, values=values))
        base.append(round(float(y.mean()), 6))
    return Relation(
        column=name,
        labels=tuple(labels),
        counts=tuple(int(count) for count in counts),
        lines=tuple(lines),
        base=tuple(base),
    )


def _measures(goal: Goal) -> "list[tuple[str, Numbers]]":
    if goal.problem == "numbers":
        return [("mean", goal.y.astype(float))]
    if goal.problem == "binary":
        return [(goal.labels[1], (goal.y == 1).astype(float))]
    return [(label, (goal.y == place).astype(float)) for place, label in enumerate(goal.labels[:_LINES])]


def _groups(column: "pl.Series") -> "tuple[list[str], Numbers]":
    """Name the bins or values of a column, and number its rows by them; what is missing comes last."""
    import numpy as np
    import polars as pl

    if role_of(column.dtype) in {"text", "boolean"} or column.n_unique() <= _TOP + 1:
        return _values(column)
    codes = codes_of(column, _GROUPS)
    table = pl.DataFrame({"code": codes, "value": column}).drop_nulls()
    edges = table.group_by("code").agg(low=pl.col("value").min(), high=pl.col("value").max()).sort("code")
    place = {code: index for index, code in enumerate(edges["code"].to_list())}
    labels = [f"{_said(low)} to {_said(high)}" if low != high else _said(low) for _, low, high in edges.iter_rows()]
    numbers = np.array([place.get(int(code), len(place)) for code in range(int(codes.max()) + 1)])[codes]
    if column.null_count():
        numbers[column.is_null().to_numpy()] = len(place)
        labels.append(MISSING)
    return labels, numbers


def _values(column: "pl.Series") -> "tuple[list[str], Numbers]":
    import polars as pl

    text = column.cast(pl.String)
    counted = text.alias("value").to_frame().drop_nulls().group_by("value").len()
    top = counted.sort(["len", "value"], descending=[True, False])["value"].head(_TOP)
    if role_of(column.dtype) == "number":
        top = top.cast(column.dtype).sort().cast(pl.String)
    labels: list[str] = top.to_list()
    rest = counted.height > len(labels)
    codes = text.replace_strict(labels, list(range(len(labels))), default=len(labels), return_dtype=pl.Int64)
    shown = [label if len(label) <= _LONGEST else f"{label[:_LONGEST]}…" for label in labels] + [_REST] * rest
    missing = column.is_null()
    if missing.any():
        codes = pl.select(pl.when(missing).then(len(shown)).otherwise(codes)).to_series()
        shown.append(MISSING)
    return shown, codes.to_numpy()


def _said(value: object) -> str:
    return _number(float(value)) if isinstance(value, (int, float)) else str(value)[:16]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 and float(value).is_integer() else f"{value:.{_DIGITS}g}"  # noqa: PLR2004  # where commas help
