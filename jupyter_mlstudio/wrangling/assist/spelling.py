"""Suggests what to do with texts: numbers, dates and truth values that are still text, and careless spellings."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.assist.keys import fingerprints
from jupyter_mlstudio.wrangling.assist.moments import FORMATS, TIMES
from jupyter_mlstudio.wrangling.assist.programs import named, usable
from jupyter_mlstudio.wrangling.assist.suggesting import Options, opened, suggested
from jupyter_mlstudio.wrangling.assist.types import Suggestion
from jupyter_mlstudio.wrangling.step import step_kinds

if TYPE_CHECKING:
    import polars as pl

_MOSTLY = 0.8
_NOTABLE = 0.02
_LOOKED_AT = 5_000
_TRUTH = {"true", "false", "yes", "no", "0", "1"}
_PLACEHOLDERS = r"(?i)^(?:\s*|n/?a|nan|null|none|-+|\?+|unknown|missing|not available|not reported|#n/a|\.)$"
_GROUPED = r"^-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$"
_WITH_UNIT = r"^\s*[$€£¥]?\s*-?[0-9][0-9,]*(?:\.[0-9]+)?\s*(?:%|[A-Za-z]{1,10}\.?)?\s*$"


def of_spelling(present: "pl.Series") -> Iterator[Suggestion]:
    """Suggest what makes texts cleaner, or turns them into what they stand for."""
    import polars as pl

    texts = present.cast(pl.String)
    trimmed = texts.str.strip_chars()
    yield from _placeholders(texts)
    real = trimmed.filter(~texts.str.contains(_PLACEHOLDERS)).head(_LOOKED_AT)
    if not real.is_empty():
        found = list(_stands_for(real))
        yield from found
        if not found:
            yield from _careless(texts, trimmed)


def _placeholders(texts: "pl.Series") -> Iterator[Suggestion]:
    found = texts.filter(texts.str.contains(_PLACEHOLDERS))
    if found.is_empty() or found.len() == texts.len():
        return
    values = found.unique().sort().to_list()
    shown = ", ".join(f"“{value}”" for value in values[:3])
    step = {"op": "replace", "column": texts.name, "values": [{"old": value, "new": None} for value in values]}
    reason = f"{found.len():,} values say that there is none: {shown}."
    yield _one("placeholders", texts.name, f"Make {shown} missing", reason, step, 0.85)


def _stands_for(real: "pl.Series") -> Iterator[Suggestion]:
    import polars as pl

    name, total = real.name, real.len()
    lower = set(real.str.to_lowercase().unique().head(10).to_list())
    numbers = real.cast(pl.Float64, strict=False)
    if lower <= _TRUTH and len(lower) > 1:
        yield _one(
            "truth",
            name,
            f"Turn {name} into true and false",
            f"It only says {' and '.join(sorted(lower))}.",
            {"op": "cast", "columns": [name], "to": "boolean"},
            0.9,
        )
    elif (share := numbers.is_not_null().mean()) is not None and float(share) >= _MOSTLY:  # type: ignore[arg-type]  # a number
        if not real.str.contains(r"^0[0-9]").any():
            to = "integer" if real.str.contains(r"^[+-]?[0-9]+$").all() else "number"
            yield _one(
                "convert",
                name,
                f"Turn {name} into numbers",
                _share(int(numbers.is_not_null().sum()), total, "are numbers", real[0]),
                {"op": "cast", "columns": [name], "to": to},
                0.95,
            )
    elif (made := real.str.contains(_WITH_UNIT)).mean() >= _MOSTLY and usable(name):  # type: ignore[operator]  # a share
        yield _measured(real, int(made.sum()))
    else:
        yield from _dates(real)


def _measured(real: "pl.Series", count: int) -> Suggestion:
    """Suggest to keep the unit in a column of its own where there are several."""
    name = real.name
    units = real.str.extract(r"[0-9]\s*([A-Za-z]+)", 1).drop_nulls().unique().sort().to_list()
    number: Options = {"op": "parse_numbers", "columns": [name]}
    if "parse_numbers" not in step_kinds() or units:
        number = {"op": "derive", "name": name, "formula": f'number(replace_pattern({named(name)}, "[^0-9.-]", ""))'}
    reason = _share(
        count, real.len(), "are numbers with signs around them", real.filter(real.str.contains(_WITH_UNIT))[0]
    )
    if len(units) <= 1:  # one unit goes without saying
        return _one("convert", name, f"Turn {name} into numbers", reason, number, 0.95)
    unit: Options = {
        "op": "derive",
        "name": f"{name}_unit",
        "formula": f'extract({named(name)}, "[A-Za-z]+")',
    }
    title = f"Turn {name} into numbers, and their units into a column"
    said = f"{reason} The units differ: {', '.join(units[:5])}."
    return suggested(f"convert:{name}", [name], title, said, [unit, number], 0.9)


def _dates(real: "pl.Series") -> Iterator[Suggestion]:
    """Suggest the formats that fit; several, if day and month cannot be told apart."""
    if real.str.contains(r"[0-9]").mean() < _MOSTLY:  # type: ignore[operator]  # a share
        return
    found = [fit for form, timed in _ALL_FORMATS if (fit := _fit(real, form, timed=timed)) is not None][:2]
    for rank, (form, timed, fits) in enumerate(found):
        said = _share(fits, real.len(), f"are dates in the format {form}", real[0])
        if len(found) > 1:
            said += " Day and month cannot be told apart."
        to = "datetime" if timed else "date"
        title = f"Turn {real.name} into {'times' if timed else 'dates'} ({form})"
        step = {"op": "cast", "columns": [real.name], "to": to, "format": form}
        yield suggested(f"dates:{real.name}:{form}", [real.name], title, said, step, 0.95 - 0.1 * rank)


_ALL_FORMATS = [*((each, False) for each in FORMATS), *((each, True) for each in TIMES)]


def _fit(real: "pl.Series", form: str, *, timed: bool) -> tuple[str, bool, int] | None:
    """Count the texts that a format reads; None if they are too few, or give years that nobody means."""
    read = real.str.to_datetime(form, strict=False) if timed else real.str.to_date(form, strict=False)
    fits = int(read.is_not_null().sum())
    likely = fits >= _MOSTLY * real.len() and read.dt.year().drop_nulls().is_between(1000, 2999).all()
    return (form, timed, fits) if likely else None


def _careless(texts: "pl.Series", trimmed: "pl.Series") -> Iterator[Suggestion]:
    name = texts.name
    spaced = int((texts != trimmed).sum())
    doubled = int(trimmed.str.contains(r"\s\s").sum())
    if spaced or doubled:
        step = {"op": "clean_text", "columns": [name], "trim": True, "spaces": bool(doubled)}
        yield _one(
            "trim",
            name,
            f"Remove needless spaces from {name}",
            f"{max(spaced, doubled):,} values have some.",
            step,
            0.8,
        )
    different = texts.unique()
    if different.len() > _LOOKED_AT or different.len() <= 1:  # one value has no others to be like
        return
    keys = fingerprints(different)
    again = different.len() - keys.n_unique()
    if again:
        cases = trimmed.unique().len() - trimmed.unique().str.to_lowercase().n_unique()
        kinds = "case." if cases == again else "case, signs or order of words."
        reason = f"{again:,} of {different.len():,} values differ from others only in {kinds}"
        score = 0.75 if again > _NOTABLE * different.len() else 0.45
        yield opened(f"clusters:{name}", [name], f"Merge similar values of {name}", reason, "clusters", score)


def _share(count: int, total: int, what: str, example: str) -> str:
    return f"{count:,} of {total:,} values {what}, as “{example[:40]}”."


def _one(kind: str, name: str, title: str, reason: str, step: Options, score: float) -> Suggestion:
    return suggested(f"{kind}:{name}", [name], title, reason, step, score)
