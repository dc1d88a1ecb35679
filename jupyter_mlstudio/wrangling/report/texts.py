"""Text that should be something else: numbers, dates, gaps; and the same word written in several ways."""

import re
from typing import TYPE_CHECKING, NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.wrangling.report.gaps import LIKE_A_DATE
from jupyter_mlstudio.wrangling.report.mends import figure, insight, mend, share
from jupyter_mlstudio.wrangling.report.reading import Reading
from jupyter_mlstudio.wrangling.report.types import Insight, Mend

if TYPE_CHECKING:
    import polars as pl

_MOSTLY = 0.9
_LOOKED_AT = 500
_LEAST_VALUES = 5
_CATEGORIES = 5_000
_PLACEHOLDERS = (
    "", "?", "??", "-", "--", ".", "n/a", "na", "#n/a", "null", "(null)", "nan", "missing", "not available", "unknown",
    "undefined", "tbd",
)  # fmt: skip
_CODE = 2
"""Where most values are codes of this length, NA is one of them."""


class _Form(NamedTuple):
    """A way to write numbers: what to replace in it, so that a plain number is left."""

    name: str
    replacements: tuple[tuple[str, str], ...]
    target: str


_NUMBERS = (
    _Form("numbers", (), "number"),
    _Form("numbers with thousands", ((r",", ""),), "number"),
    _Form("amounts", ((r"[\s,$€£¥]", ""),), "number"),
    _Form("percentages", ((r"\s*%$", ""),), "number"),
    _Form("numbers with a decimal comma", ((r"[\s.€]", ""), (r",", ".")), "number"),
)
_DATES = (
    "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%b %d %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y",
    "%d-%b-%Y", "%Y%m%d", "%m-%d-%Y", "%d-%m-%Y",
)  # fmt: skip
_TIMES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
)


def texts(reading: Reading) -> list[Insight]:
    """Look at each column of text."""
    found: list[Insight] = []
    for name, facts in reading.facts.items():
        if facts.role != "text" or facts.constant:
            continue
        counted = _counted(reading.sample[name])
        if counted.height == 0:
            continue
        other = _as_numbers(reading, name, counted) or _as_dates(reading, name, counted)
        if other is not None:
            found.append(other)
            continue
        spelling = None if facts.unique else _spelling(reading, name, counted)
        found += [each for each in (_placeholders(reading, name, counted), spelling) if each]
    return found


def _counted(column: "pl.Series") -> "pl.DataFrame":
    """Count the different texts, the most frequent first."""
    import polars as pl

    table = column.cast(pl.String).alias("value").to_frame().drop_nulls()
    return table.group_by("value").agg(pl.len().alias("count")).sort(["count", "value"], descending=[True, False])


def _is_placeholder() -> "pl.Expr":
    import polars as pl

    return pl.col("value").str.strip_chars().str.to_lowercase().is_in(list(_PLACEHOLDERS))


def _as_numbers(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:
    import polars as pl

    real = counted.remove(_is_placeholder())
    if real.height < _LEAST_VALUES or bool(real["value"].str.contains(r"^\s*0\d+\s*$").any()):
        return None  # leading zeros: codes, not amounts
    for form in _NUMBERS:
        plain = pl.col("value").str.strip_chars()
        for pattern, replacement in form.replacements:
            plain = plain.str.replace_all(pattern, replacement)
        number = plain.cast(pl.Float64, strict=False)
        head = (
            real.head(_LOOKED_AT).select((number.is_not_null() * pl.col("count")).sum() / pl.col("count").sum()).item()
        )
        if head < _MOSTLY or not _written_so(form, real):
            continue
        strays = counted.filter(number.is_null())
        if (
            int(strays["count"].sum()) > (1 - _MOSTLY) * int(counted["count"].sum())
            and not strays.remove(_is_placeholder()).is_empty()
        ):
            continue
        return _numbers_found(reading, name, form, strays)
    return None


def _written_so(form: _Form, real: "pl.DataFrame") -> bool:
    """Tell commas of thousands from decimal ones."""
    patterns = {
        "numbers with thousands": r"\d,\d{3}(\D|$)",
        "numbers with a decimal comma": r"^\s*[-+]?(\d+|\d{1,3}([. ]\d{3})+),\d+\s*€?\s*$",
    }
    pattern = patterns.get(form.name)
    if pattern is None:
        return True
    with_comma = real.filter(real["value"].str.contains(",", literal=True)).head(_LOOKED_AT)["value"]
    return not with_comma.is_empty() and bool(with_comma.str.contains(pattern).mean() or 0 > _MOSTLY)


def _numbers_found(reading: Reading, name: str, form: _Form, strays: "pl.DataFrame") -> Insight:
    odd = int(strays["count"].sum())
    steps: list[dict[str, JsonValue]] = [
        {"op": "clean_text", "columns": [name], "find": find, "replace": replace, "regex": True}
        for find, replace in form.replacements
    ]
    steps.append({"op": "cast", "columns": [name], "to": form.target})
    figures = [figure("Not a number", odd, "count", reading.exactness)] if odd else []
    examples = strays["value"].head(5).to_list()
    rest = f" {odd:,} values are no numbers; they become missing." if odd else ""
    text = f"As text, its order and distances are lost to a model.{rest}"
    title = f"“{name}” holds {form.name} as text"
    return insight(
        "mixed types", "medium", title, text, [name], figures, examples, mends=mend("Turn into numbers", *steps)
    )


def _as_dates(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:
    import polars as pl

    real = counted.remove(_is_placeholder())
    head = real.head(_LOOKED_AT)
    if head.height < _LEAST_VALUES or float(head["value"].str.contains(LIKE_A_DATE).mean() or 0) < _MOSTLY:  # type: ignore[arg-type]  # a share
        return None
    best: tuple[int, str, bool] = (0, "", False)
    for format, with_time in [*((each, False) for each in _DATES), *((each, True) for each in _TIMES)]:
        parsed = (
            pl.col("value").str.strip_chars().str.to_datetime(format, strict=False)
            if with_time
            else pl.col("value").str.strip_chars().str.to_date(format, strict=False)
        )
        if head.select(parsed.is_not_null().mean()).item() < _MOSTLY:
            continue
        hits = int(real.filter(parsed.is_not_null())["count"].sum())
        best = max(best, (hits, format, with_time), key=lambda each: each[0])
    hits, format, with_time = best
    if hits < _MOSTLY * int(real["count"].sum()):
        return None
    return _dates_found(reading, name, counted, format, with_time=with_time)


def _dates_found(reading: Reading, name: str, counted: "pl.DataFrame", format: str, *, with_time: bool) -> Insight:
    import polars as pl

    plain = pl.col("value").str.strip_chars()
    parsed = plain.str.to_datetime(format, strict=False) if with_time else plain.str.to_date(format, strict=False)
    strays = counted.filter(parsed.is_null())
    odd = int(strays["count"].sum())
    step: dict[str, JsonValue] = {
        "op": "cast",
        "columns": [name],
        "to": "datetime" if with_time else "date",
        "format": format,
    }
    mends = mend("Turn into dates", step)
    example = counted.filter(parsed.is_not_null())["value"][0]
    if odd:
        figures = [figure("Not a date", odd, "count", reading.exactness)]
        text = f"Most values are dates like {example}, but {odd:,} are none; turned into dates they become missing."
        return insight(
            "invalid dates",
            "medium",
            f"“{name}” holds dates as text, some invalid",
            text,
            [name],
            figures,
            strays["value"].head(5).to_list(),
            mends=mends,
        )
    text = f"All values are dates like {example}. As dates they can be ordered, and taken apart into month or weekday."
    return insight("mixed types", "medium", f"“{name}” holds dates as text", text, [name], mends=mends)


def _placeholders(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:
    import polars as pl

    found = counted.filter(_is_placeholder())
    if float(counted["value"].str.len_chars().eq(_CODE).mean() or 0) > 0.8:  # type: ignore[arg-type]  # noqa: PLR2004  # most
        found = found.remove(pl.col("value").str.to_lowercase() == "na")
    total = int(counted["count"].sum())
    count = int(found["count"].sum())
    if not count or counted.height <= found.height or _by_chance(counted, count / total):
        return None
    values = found["value"].head(10).to_list()
    replacements: list[JsonValue] = [{"old": value, "new": None} for value in found["value"].head(100).to_list()]
    mends = mend("Make them missing", {"op": "replace", "column": name, "values": replacements})
    words = " and ".join(f"“{value}”" for value in values[:3])
    title = f"“{name}” says {words} where a value is missing"
    text = f"{share(count / total).capitalize()} of its values only say that there is none. As a category they may look like a real one."
    figures = [figure("Placeholders", count / total, "share", reading.exactness)]
    return insight("placeholder", "low", title, text, [name], figures, values[:5], mends=mends)


def _by_chance(counted: "pl.DataFrame", part: float) -> bool:
    """Tell whether so few placeholders among texts that hardly repeat may be meant, as a film called Missing."""
    return counted.height > int(counted["count"].sum()) / 2 and part < 0.005  # noqa: PLR2004  # five in a thousand


def _spelling(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:
    """Find values that differ only in case, spaces, punctuation or the order of words."""
    import polars as pl

    if counted.height > _CATEGORIES or counted.height < _CODE:
        return _spaces(reading, name, counted)
    keyed = counted.with_columns(key=pl.col("value").map_elements(key_of, return_dtype=pl.String))
    groups = keyed.group_by("key", maintain_order=True).agg("value", pl.col("count"))
    several = groups.filter(pl.col("value").list.len() > 1)
    if several.is_empty():
        return _spaces(reading, name, counted)
    pairs = [(value, values[0]) for values in several["value"].to_list() for value in values[1:]]
    rows = sum(sum(counts[1:]) for counts in several["count"].to_list())
    figures = [
        figure("Groups", several.height, "count", reading.exactness),
        figure("Rows to change", rows, "count", reading.exactness),
    ]
    examples = [" / ".join(f"“{value}”" for value in values[:4]) for values in several["value"].head(5).to_list()]
    title = f"“{name}” writes the same in several ways"
    text = f"{_plural(several.height)} written in more than one way, such as {examples[0]}. To a model these are different."
    severity = "medium" if rows / int(counted["count"].sum()) > 0.01 else "low"  # noqa: PLR2004  # one row in a hundred
    return insight("spelling", severity, title, text, [name], figures, examples, mends=_unified(name, pairs))  # type: ignore[arg-type]  # one of two words


def _unified(name: str, pairs: list[tuple[str, str]]) -> tuple[Mend, ...]:
    values: list[JsonValue] = [{"old": old, "new": new} for old, new in pairs]
    return mend("Use the most frequent spelling", {"op": "replace", "column": name, "values": values})


def _spaces(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:
    around = counted.filter(counted["value"].str.contains(r"^\s+\S|\S\s+$"))
    if around.is_empty():
        return None
    count = int(around["count"].sum())
    figures = [figure("With spaces", count, "count", reading.exactness)]
    text = (
        f"{count:,} values have spaces around them, as in “{around['value'][0]}”. Joins and comparisons will miss them."
    )
    mends = mend("Trim", {"op": "clean_text", "columns": [name]})
    return insight("spelling", "low", f"“{name}” has spaces around its values", text, [name], figures, mends=mends)


def key_of(value: str) -> str:
    """Return what is left of a text when only letters, digits and the set of its words count."""
    text = value.strip().casefold()
    if any(letter.isdigit() for letter in text) or sum(letter.isalpha() for letter in text) < 4:  # noqa: PLR2004  # grades and codes: their signs mean something
        return " ".join(text.split())
    return " ".join(sorted(set(re.sub(r"[^\w\s]|_", " ", text).split())))


def _plural(number: int) -> str:
    return "1 value is" if number == 1 else f"{number:,} values are"
