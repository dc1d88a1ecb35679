"""Columns with few different values: counting each tells everything about them, quantiles too."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.figures import ColumnProfile
from jupyter_mlstudio.wrangling.profile.eager import lengths, most
from jupyter_mlstudio.wrangling.profile.shapes import QUANTILES, edge, histogram, physical, sure

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.profile.shapes import Numbers

_MANY = 2_000
_OFTEN = 5


def are_few(profile: ColumnProfile) -> bool:
    """Tell from a sample whether each value of a column can be counted by itself."""
    looked = profile.sample or profile.rows
    return profile.role != "nested" and profile.distinct <= min(_MANY * _OFTEN, max(looked // _OFTEN, 1))


def from_counts(known: ColumnProfile, counts: "pl.DataFrame") -> ColumnProfile:
    """Describe a column exactly from `value` and `times`: how often each value comes."""
    rows = int(counts["times"].sum())
    present = counts.drop_nulls("value")
    floats = present["value"].dtype.is_float()
    finite = present.filter(present["value"].is_finite()).sort("value") if floats else present.sort("value")
    values, times = finite["value"], finite["times"]
    missing = rows - int(present["times"].sum())
    shown = known.role in {"text", "boolean"} or values.dtype.is_integer()
    return known.model_copy(
        update={
            **_numeric(known, values, times),
            "exactness": "exact",
            "sure": sure("exact"),
            "rows": rows,
            "sample": None,
            "missing": missing,
            "missing_share": missing / rows if rows else 0.0,
            "distinct": present.height,
            "min": edge(values.first()) if len(values) else None,
            "max": edge(values.last()) if len(values) else None,
            "infinite": int(present["times"].sum()) - int(times.sum()),
            "top": most(present) if shown else (),
            "lengths": lengths(values, times) if known.role == "text" else None,
        }
    )


def _numeric(known: ColumnProfile, values: "pl.Series", times: "pl.Series") -> dict[str, object]:
    """Return mean, deviation, quantiles and histogram of numbers and dates."""
    if known.role not in {"number", "date", "datetime"} or values.is_empty():
        return {"mean": None, "std": None, "quantiles": None, "histogram": None}
    numbers, weights = physical(values), times.to_numpy()
    total = int(weights.sum())
    mean = float((numbers * weights).sum() / total)
    spread = float((weights * (numbers - mean) ** 2).sum())
    return {
        "mean": mean,
        "std": (spread / (total - 1)) ** 0.5 if total > 1 else None,
        "quantiles": _quantiles(numbers, weights),
        "histogram": histogram(numbers, whole=values.dtype.is_integer(), times=weights),
    }


def _quantiles(numbers: "Numbers", weights: "Numbers") -> tuple[float, ...]:
    """Return the values at the places where they would stand, between two of them in proportion."""
    import numpy

    until = numpy.cumsum(weights)
    places = numpy.array(QUANTILES) * (until[-1] - 1)
    low, high = numpy.floor(places), numpy.ceil(places)
    below, above = (numbers[numpy.searchsorted(until, each, side="right")] for each in (low, high))
    return tuple(float(value) for value in below + (above - below) * (places - low))
