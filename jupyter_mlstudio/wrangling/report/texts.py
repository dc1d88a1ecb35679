"""Text that should be something else: numbers or dates."""

from typing import TYPE_CHECKING, NamedTuple

from pydantic import JsonValue

from jupyter_mlstudio.wrangling.report.gaps import LIKE_A_DATE
from jupyter_mlstudio.wrangling.report.mends import figure, insight, mend
from jupyter_mlstudio.wrangling.report.reading import Reading
from jupyter_mlstudio.wrangling.report.spelling import counts_of, is_placeholder, placeholders, spelling
from jupyter_mlstudio.wrangling.report.types import Insight

if TYPE_CHECKING:
    import polars as pl

_MOSTLY = 0.9
_LOOKED_AT = 500
_LEAST_VALUES = 5


class _Form(NamedTuple):
    """A way to write numbers: what to replace in it, so that a plain number is left."""

    name: str
    replacements: tuple[tuple[str, str], ...]


_NUMBERS = (
    _Form("numbers", ()),
    _Form("numbers with thousands", ((r",", ""),)),
    _Form("amounts", ((r"[\s,$€£¥]", ""),)),
    _Form("percentages", ((r"\s*%$", ""),)),
    _Form("numbers with a decimal comma", ((r"[\s.€]", ""), (r",", "."))),
)
_THOUSANDS = r"\d,\d{3}(\D|$)"
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


class _Way(NamedTuple):
    """A way to write dates."""

    format: str
    with_time: bool


_WAYS = (*(_Way(each, with_time=False) for each in _DATES), *(_Way(each, with_time=True) for each in _TIMES))


def texts(reading: Reading) -> list[Insight]:
    """Look at each column of text."""
    found: list[Insight] = []
    for name, facts in reading.facts.items():
        if facts.role != "text" or facts.constant:
            continue
        counted = counts_of(reading.sample[name])
        if counted.height == 0:
            continue
        other = _as_numbers(reading, name, counted) or _as_dates(reading, name, counted)
        if other is not None:
            found.append(other)
            continue
        others = [placeholders(reading, name, counted), None if facts.unique else spelling(reading, name, counted)]
        found += [each for each in others if each is not None]
    return found


def _as_numbers(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:
    import polars as pl

    real = counted.remove(is_placeholder())
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
            and not strays.remove(is_placeholder()).is_empty()
        ):
            continue
        return _numbers_found(reading, name, form, strays)
    return None


def _written_so(form: _Form, real: "pl.DataFrame") -> bool:
    """Tell commas of thousands from decimal ones."""
    patterns = {
        "numbers with thousands": _THOUSANDS,
        "amounts": _THOUSANDS,
        "numbers with a decimal comma": r"^\s*[-+]?(\d+|\d{1,3}([. ]\d{3})+),\d+\s*€?\s*$",
    }
    pattern = patterns.get(form.name)
    if pattern is None:
        return True
    with_comma = real.filter(real["value"].str.contains(",", literal=True)).head(_LOOKED_AT)["value"]
    if with_comma.is_empty():
        return form.name == "amounts"
    return float(with_comma.str.contains(pattern).mean() or 0) > _MOSTLY  # type: ignore[arg-type]  # a share


def _numbers_found(reading: Reading, name: str, form: _Form, strays: "pl.DataFrame") -> Insight:
    odd = int(strays["count"].sum())
    plain: dict[str, JsonValue] = {"op": "cast", "columns": [name], "to": "number"}
    comma = "," if form.replacements and form.replacements[-1] == (r",", ".") else "."
    written: dict[str, JsonValue] = {"op": "parse_numbers", "columns": [name], "decimal": comma, "percent": False}
    figures = [figure("Not a number", odd, "count", reading.exactness)] if odd else []
    examples = strays["value"].head(5).to_list()
    rest = f" {odd:,} values are no numbers; they become missing." if odd else ""
    text = f"As text, its order and distances are lost to a model.{rest}"
    title = f"“{name}” holds {form.name} as text"
    return insight(
        "mixed types",
        "medium",
        title,
        text,
        [name],
        figures,
        examples,
        mends=mend("Turn into numbers", written if form.replacements else plain),
    )


def _as_dates(reading: Reading, name: str, counted: "pl.DataFrame") -> Insight | None:

    real = counted.remove(is_placeholder())
    head = real.head(_LOOKED_AT)
    if head.height < _LEAST_VALUES or _like_dates(head) < _MOSTLY:
        return None
    known = int(real["count"].sum())
    best, hits = None, 0
    for way in _WAYS:
        found = int(real.filter(_parsed(way).is_not_null())["count"].sum()) if _share(head, way) >= _MOSTLY else 0
        if found > hits:
            best, hits = way, found
    if best is None or hits < _MOSTLY * known:
        return None
    return _dates_found(reading, name, counted, best)


def _like_dates(head: "pl.DataFrame") -> float:
    like = head.filter(head["value"].str.contains(LIKE_A_DATE))
    return int(like["count"].sum()) / int(head["count"].sum())


def _share(head: "pl.DataFrame", way: "_Way") -> float:
    return float(head.select((_parsed(way).is_not_null() * _count()).sum() / _count().sum()).item())


def _count() -> "pl.Expr":
    import polars as pl

    return pl.col("count")


def _parsed(way: "_Way") -> "pl.Expr":
    import polars as pl

    plain = pl.col("value").str.strip_chars()
    if way.with_time:
        return plain.str.to_datetime(way.format, strict=False)
    return plain.str.to_date(way.format, strict=False)


def _dates_found(reading: Reading, name: str, counted: "pl.DataFrame", way: "_Way") -> Insight:
    parsed = _parsed(way)
    strays = counted.filter(parsed.is_null())
    odd = int(strays["count"].sum())
    step: dict[str, JsonValue] = {
        "op": "cast",
        "columns": [name],
        "to": "datetime" if way.with_time else "date",
        "format": way.format,
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
