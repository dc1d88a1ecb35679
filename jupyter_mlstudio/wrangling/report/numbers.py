"""Numbers and dates that stand far off, and distributions that lean to one side."""

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.wrangling.report.gaps import named_like_an_id, names_rows
from jupyter_mlstudio.wrangling.report.goal import plain_numbers
from jupyter_mlstudio.wrangling.report.mends import drop, figure, insight, mend, said, share
from jupyter_mlstudio.wrangling.report.reading import Facts, Reading
from jupyter_mlstudio.wrangling.report.types import Insight, Severity

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.report.goal import Numbers

_LEAST = 30
_FEW_VALUES = 20
_SKEWED = 3.0
_LEANING = 1.5
_FAR = 3.0
_VERY_FAR = 10.0
_AT_MOST = 0.01
"""With more values far off, it is the shape of the distribution and not outliers."""
_SENTINELS = (-1.0, -9.0, -99.0, -999.0, -9999.0, 999.0, 9999.0, 99999.0, 999999.0)
_SENTINEL_SHARE = 0.002
_SENTINEL_ROWS = 5
_SHOWN = 6
_SPARED = 1000
"""One value of so many is left out at each end when it is judged to which side a column leans."""


class Outlying(NamedTuple):
    """The values of a column that stand far off."""

    name: str
    share: float
    farthest: float
    distance: float
    """How many interquartile ranges the farthest is from the quartiles, on the scale that suits the column."""
    row: int


def numbers(reading: Reading, target: str | None) -> list[Insight]:
    """Look at each column of numbers."""
    outlying: list[Outlying] = []
    skewed: list[tuple[str, float, bool]] = []
    found: list[Insight] = []
    for name, facts in reading.facts.items():
        if facts.role != "number" or name == target or not _measured(reading, facts):
            continue
        values = plain_numbers(reading.sample[name])
        sentinel = _sentinel(reading, name, values)
        if sentinel is not None:
            found.append(sentinel)
            continue
        skew = skewness(values)
        if abs(skew) >= _SKEWED:
            skewed.append((name, skew, bool(_known(values).min() > -1)))
        off = outlying_in(name, values, skew, reading)
        if off is not None:
            outlying.append(off)
    return [*found, *_outliers(reading, outlying), *_skew(reading, skewed)]


def _measured(reading: Reading, facts: Facts) -> bool:
    """Tell whether a column measures something, rather than naming rows or classes."""
    column = reading.sample[facts.name].drop_nulls()
    if column.len() < _LEAST or column.n_unique() <= _FEW_VALUES:
        return False
    return not named_like_an_id(facts.name) and not (facts.unique and names_rows(column, facts.name))


def _known(values: "Numbers") -> "Numbers":
    import numpy as np

    return values[~np.isnan(values)]


def skewness(values: "Numbers") -> float:
    """Return the third standardized moment without the outermost values, for which a single mistake would be enough."""
    import numpy as np

    known = np.sort(_known(values))
    spared = 1 + len(known) // _SPARED
    if len(known) <= 2 * spared:
        return 0.0
    known = known[spared:-spared]
    spread = float(known.std())
    if not spread:
        return 0.0
    return float((((known - known.mean()) / spread) ** 3).mean())


def outlying_in(name: str, values: "Numbers", skew: float, reading: Reading) -> Outlying | None:
    """Find values beyond three interquartile ranges, on a scale of orders of magnitude if the column leans far."""
    import numpy as np

    known = _known(values)
    scaled = values
    if skew > _LEANING and float(known.min()) >= 0:
        scaled = np.log1p(values)
    low, high = np.nanquantile(scaled, [0.25, 0.75])
    width = high - low
    if not width > 0:
        return None
    distance = np.maximum(low - scaled, scaled - high) / width
    off = int((distance > _FAR).sum())
    if not off or off / len(known) > _AT_MOST:
        return None
    farthest = int(np.nanargmax(distance))
    return Outlying(
        name, off / len(known), float(values[farthest]), float(distance[farthest]), int(reading.places[farthest])
    )


def _outliers(reading: Reading, found: list[Outlying]) -> list[Insight]:
    if not found:
        return []
    found = sorted(found, key=lambda each: -each.distance)
    wild = [each for each in found if each.distance > _VERY_FAR]
    groups: list[tuple[list[Outlying], Severity]] = [
        (wild, "medium"),
        ([each for each in found if each not in wild], "low"),
    ]
    return [_outliers_of(reading, group, severity) for group, severity in groups if group]


def _outliers_of(reading: Reading, found: list[Outlying], severity: Severity) -> Insight:
    names = [each.name for each in found]
    figures = [figure(each.name, each.share, "share", reading.exactness) for each in found[:_SHOWN]]
    worst = found[0]
    title = f"{said(names)}: {'very far ' if severity == 'medium' else ''}outliers"
    text = (
        f"“{worst.name}” goes as far as {worst.farthest:,.6g}, {worst.distance:,.0f} interquartile "
        "ranges away from half "
        "of its values. Are these mistakes? Then mend or drop them; true ones can be limited for models that mind."
    )
    step: dict[str, JsonValue] = {
        "op": "clip",
        "columns": list(names),
        "lower_quantile": 0.001,
        "upper_quantile": 0.999,
    }
    drops: dict[str, JsonValue] = {"op": "drop_outliers", "columns": list(names), "by": "quartiles", "times": _FAR}
    mends = mend("Limit to the quantiles 0.1 % and 99.9 %", step) + mend("Drop these rows", drops)
    examples = [f"{each.name}: {each.farthest:,.6g}" for each in found[:_SHOWN]]
    rows = [each.row for each in found[:_SHOWN]]
    return insight("outliers", severity, title, text, names, figures, examples, rows, mends)


def _skew(reading: Reading, found: list[tuple[str, float, bool]]) -> list[Insight]:
    if not found:
        return []
    found = sorted(found, key=lambda each: -abs(each[1]))
    names = [name for name, _, _ in found]
    figures = [figure(name, round(skew, 2), "number", reading.exactness) for name, skew, _ in found[:_SHOWN]]
    positive = [name for name, skew, above in found if above and skew > 0]
    lean = "leans" if len(names) == 1 else "lean"
    helps = " A logarithm helps." if positive else ""
    text = f"Few values far out pull means and linear models away from the rest; trees do not mind.{helps}"
    step: dict[str, JsonValue] = {"op": "bend", "columns": list[JsonValue](positive), "how": "log(1 + x)"}
    power: dict[str, JsonValue] = {"op": "bend", "columns": list[JsonValue](names), "how": "Yeo-Johnson"}
    mends = mend("Take the logarithm", step) + mend("Learn a power that makes it even", power)
    return [insight("skew", "low", f"{said(names)} {lean} far to one side", text, names, figures, mends=mends)]


def _sentinel(reading: Reading, name: str, values: "Numbers") -> Insight | None:
    """Find a number such as -999 that stands for a missing value: frequent, at the end and far from all others."""
    import numpy as np

    known = _known(values)
    for value, others in ((known.min(), known[known > known.min()]), (known.max(), known[known < known.max()])):
        count = len(known) - len(others)
        if (
            float(value) not in _SENTINELS
            or count < max(_SENTINEL_ROWS, _SENTINEL_SHARE * len(known))
            or not len(others)
        ):
            continue
        gap = float(np.abs(others - value).min())
        spread = float(np.ptp(others))
        near = value == -1 and others.min() >= 0 and spread > _FEW_VALUES
        if gap > spread or near:
            return _stands_for_missing(reading, name, float(value), count / len(known))
    return None


def _stands_for_missing(reading: Reading, name: str, value: float, part: float) -> Insight:
    number: JsonValue = int(value)
    step: dict[str, JsonValue] = {"op": "replace", "column": name, "values": [{"old": number, "new": None}]}
    text = f"{share(part)} of its values are {value:g}, far from all others. To a model it is a number like any other."
    figures = [figure("Placeholders", part, "share", reading.exactness)]
    title = f"“{name}” seems to say {value:g} where a value is missing"
    return insight(
        "placeholder", "medium", title, text, [name], figures, [f"{value:g}"], mends=mend("Make them missing", step)
    )


def dates(reading: Reading) -> list[Insight]:
    """Find dates that cannot be meant: long gone, far in the future."""
    found = []
    for name, facts in reading.facts.items():
        column = reading.sample[name]
        if facts.role not in {"date", "datetime"} or column.drop_nulls().is_empty():
            continue
        each = _odd_dates(reading, name, column)
        if each is not None:
            found.append(each)
    return found


def _odd_dates(reading: Reading, name: str, column: "pl.Series") -> Insight | None:
    import polars as pl

    days = column.cast(pl.Date)
    today = (now() + timedelta(days=1)).date()
    early = days < pl.Series([now().date().replace(year=1900, month=1, day=2)])[0]
    late = days > today
    odd = (early | late).fill_null(value=False)
    count, known = int(odd.sum()), column.len() - column.null_count()
    if not count or count > known / 2:  # half in the future: a plan, not a mistake
        return None
    places = odd.arg_true()
    first = [str(value) for value in days.gather(places).unique().sort().to_list()]
    figures = [figure("Odd dates", count / known, "share", reading.exactness)]
    where = " and ".join(["before 1900"] * bool(early.any()) + ["in the future"] * bool(late.any()))
    text = (
        f"{count:,} dates are {where}. Years of two digits read as the wrong century look like this, and "
        "so do stand-ins."
    )
    conditions: list[JsonValue] = [
        {"column": name, "test": test, "value": limit}
        for test, limit, any_such in ((">", today.isoformat(), late.any()), ("<", "1900-01-02", early.any()))
        if any_such
    ]
    step: dict[str, JsonValue] = {"op": "filter", "keep": "others", "match": "any", "conditions": conditions}
    mends = mend("Drop these rows", step) + drop([name])
    rows = reading.places.gather(places.head(5)).to_list()
    severity: Severity = "medium" if count / known > _AT_MOST else "low"
    return insight(
        "invalid dates",
        severity,
        f"“{name}” has dates {where}",
        text,
        [name],
        figures,
        first[:1] + first[-1:],
        rows,
        mends,
    )
