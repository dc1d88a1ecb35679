"""Columns with too few values or with values that mean nothing: missing, constant, identifiers, infinite."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import JsonValue

from jupyter_mlstudio.wrangling.report.mends import counted, drop, figure, insight, listing, mend, said, share
from jupyter_mlstudio.wrangling.report.reading import Facts, Reading
from jupyter_mlstudio.wrangling.report.types import Insight, Mend, Severity

if TYPE_CHECKING:
    import polars as pl

_ALMOST_EMPTY = 0.95
_MUCH = 0.5
_FEW_GROUPS = 5
"""More groups of columns with few gaps are told in one insight."""
_ALMOST_CONSTANT = 0.995
_LEAST_ROWS = 30
_ALMOST_UNIQUE = 0.95
_CODE_LENGTH = 40
_DENSE = 1.2
LIKE_A_DATE = r"(?i)\d{1,4}[-/. ]\w{1,9}[-/., ]+\d{1,4}|^(19|20)\d{6}$|[a-z]{3,9} \d{1,2},? \d{4}"
_NAMES_OF_IDS = ("id", "key", "index", "no", "nr", "number", "rownames", "uuid", "guid")


def gaps(reading: Reading, target: str | None) -> list[Insight]:
    """Find missing values; columns with the same gaps are told of together."""
    groups: dict[tuple[int, int], list[str]] = {}
    for name, facts in reading.facts.items():
        if facts.missing and name != target:
            mask = reading.sample[name].is_null()
            pattern = hash(mask.to_numpy().tobytes()) if facts.missing < reading.rows else 0
            groups.setdefault((facts.missing, pattern), []).append(name)
    little = {key: names for key, names in groups.items() if key[0] / reading.rows < _MUCH}
    found = [_gap(names, key[0], reading) for key, names in groups.items() if key not in little]
    if len(little) > _FEW_GROUPS:
        return [*found, _many(little, reading)]
    return found + [_gap(names, key[0], reading) for key, names in little.items()]


def _gap(names: list[str], missing: int, reading: Reading) -> Insight:
    part = missing / reading.rows
    figures = [figure("Missing", part, "share", "exact"), figure("Rows", missing, "count", "exact")]
    have = "has" if len(names) == 1 else "have"
    if missing == reading.rows:
        text = "Nothing can be learned from it."
        return insight(
            "missing", "high", f"{said(names)} {have} no value at all", text, names, figures, mends=drop(names)
        )
    same = "" if len(names) == 1 else " They are missing in the same rows, so the gaps probably have one cause."
    severity: Severity = "high" if part >= _ALMOST_EMPTY else "medium" if part >= _MUCH else "low"
    if severity == "low":
        title = f"{said(names)}: {share(part)} of the values missing"
        text = (
            f"{counted(missing, 'row has', 'rows have')} no value.{same} Fill the gaps, or leave these "
            "rows out of the training."
        )
        return insight("missing", severity, title, text, names, figures, mends=filled(names, reading) + _without(names))
    title = f"{said(names)} {'is' if len(names) == 1 else 'are'} mostly missing: {share(part)}"
    text = f"{reading.rows - missing:,} of {reading.rows:,} rows have a value.{same} Is there a reason for it?"
    return insight(
        "missing", severity, title, text, names, figures, mends=drop(names) + filled(names, reading, mark=True)
    )


def _many(groups: dict[tuple[int, int], list[str]], reading: Reading) -> Insight:
    by_count = sorted(groups.items(), key=lambda item: -item[0][0])
    names = [name for _, group in by_count for name in group]
    figures = [figure(name, key[0] / reading.rows, "share", "exact") for key, group in by_count for name in group][:8]
    title = f"{len(names)} columns have gaps"
    text = f"The most has {listing(by_count[0][1])} with {share(by_count[0][0][0] / reading.rows)}. Fill the gaps."
    return insight("missing", "low", title, text, names, figures, mends=filled(names, reading))


def filled(names: Sequence[str], reading: Reading, *, mark: bool = False) -> tuple[Mend, ...]:
    """Offer to fill gaps: numbers with the median, text with a category of its own."""
    roles = {name: reading.facts[name].role for name in names}
    numbers = [name for name in names if roles[name] == "number" and _finite(reading.sample[name])]
    texts = [name for name in names if roles[name] == "text" and str(reading.sample.schema[name]) == "String"]
    rest = [name for name in names if roles[name] in {"text", "boolean"} and name not in texts]
    steps: list[dict[str, JsonValue]] = []
    if numbers:
        steps.append({"op": "fill_missing", "columns": list(numbers), "using": "median", "mark": mark})
    if texts:
        steps.append({"op": "fill_missing", "columns": list(texts), "using": "value", "value": "missing", "mark": mark})
    if rest:
        steps.append({"op": "fill_missing", "columns": list(rest), "using": "most frequent", "mark": mark})
    if not steps:
        return ()
    words = ["the median"] * bool(numbers) + ["“missing”"] * bool(texts) + ["the most frequent value"] * bool(rest)
    return mend(f"Fill with {listing(words)}{' and mark them' if mark else ''}", *steps)


def _without(names: Sequence[str]) -> tuple[Mend, ...]:
    return mend("Drop these rows", {"op": "drop_missing", "columns": list(names)})


def constants(reading: Reading, target: str | None) -> list[Insight]:
    """Find columns that are always, or almost always, the same."""
    names = [name for name, facts in reading.facts.items() if facts.constant and name != target]
    always = [name for name in names if not reading.facts[name].missing]
    found = []
    if always:
        values = [str(reading.sample[name].drop_nulls()[0]) for name in always]
        title = f"{said(always)} {'is' if len(always) == 1 else 'are'} always the same"
        text = f"Nothing can be learned from what never changes ({listing(values)})."
        found.append(insight("constant", "medium", title, text, always, examples=values[:5], mends=drop(always)))
    found += [_only(reading, name) for name in names if name not in always]
    return found + [each for name in reading.plain() if (each := _almost(reading, name, target)) is not None]


def _only(reading: Reading, name: str) -> Insight:
    value = reading.sample[name].drop_nulls()[0]
    part = reading.facts[name].missing / reading.rows
    title = f"“{name}” is {value} or missing"
    text = "If missing means no, make that a value of its own; otherwise nothing can be learned from it."
    steps = mend(
        "Turn into present or not", {"op": "derive", "name": name, "formula": f"not is_missing({_quoted(name)})"}
    )
    return insight(
        "constant", "low", title, text, [name], [figure("Missing", part, "share", "exact")], mends=steps + drop([name])
    )


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"


def _almost(reading: Reading, name: str, target: str | None) -> Insight | None:
    column = reading.sample[name].drop_nulls()
    if name == target or reading.facts[name].constant or column.len() < 1 / (1 - _ALMOST_CONSTANT):
        return None
    top = column.value_counts(sort=True).row(0)
    part = top[1] / column.len()
    if part < _ALMOST_CONSTANT or reading.facts[name].constant:
        return None
    title = f"“{name}” is {_short(top[0])} in {share(part)} of the rows"
    text = "So little varies that a model learns next to nothing from it, unless the few others are what matters."
    figures = [figure("Same value", part, "share", reading.exactness)]
    return insight("constant", "low", title, text, [name], figures, mends=drop([name]))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _CODE_LENGTH else f"{text[:_CODE_LENGTH]}…"


def infinities(reading: Reading) -> list[Insight]:
    """Find infinite numbers, which most models refuse."""
    names = [name for name, facts in reading.facts.items() if facts.infinite]
    if not names:
        return []
    figures = [figure(name, reading.facts[name].infinite, "count", "exact") for name in names]
    text = "Most models refuse them, and means are infinite too. They often come from a division by zero."
    step: dict[str, JsonValue] = {"op": "replace_infinite", "columns": list(names)}
    finite = all(_finite(reading.sample[name]) for name in names)
    extremes: dict[str, JsonValue] = {**step, "using": "extremes"}
    mends = mend("Make them missing", step) + (mend("Use the greatest finite values", extremes) if finite else ())
    return [insight("infinite", "high", f"{said(names)}: infinite numbers", text, names, figures[:5], mends=mends)]


def _finite(column: "pl.Series") -> bool:
    """Tell whether there is any number to learn from."""
    return bool(column.is_finite().any()) if column.dtype.is_float() else column.null_count() < column.len()


def identifiers(reading: Reading, target: str | None) -> list[Insight]:
    """Find columns that name rows."""
    found = [
        _identifier(reading, facts)
        for name, facts in reading.facts.items()
        if name != target and reading.rows >= _LEAST_ROWS
    ]
    return [each for each in found if each is not None]


def _identifier(reading: Reading, facts: Facts) -> Insight | None:
    column = reading.sample[facts.name].drop_nulls()
    if facts.role == "number" and facts.unique and names_rows(column, facts.name):
        text = "Each row has another number: a model may learn the rows by heart, but nothing about new ones."
        figures = [figure("Different values", 1, "share", "exact")]
        return insight(
            "identifier",
            "medium",
            f"“{facts.name}” numbers the rows",
            text,
            [facts.name],
            figures,
            mends=drop([facts.name]),
        )
    if facts.role != "text" or column.len() < _LEAST_ROWS or facts.missing > reading.rows / 2:
        return None
    different = column.n_unique() / column.len()
    if not facts.unique and different < _ALMOST_UNIQUE:
        return None
    if float(column.head(_LEAST_ROWS).cast(_text()).str.contains(LIKE_A_DATE).mean() or 0) > _ALMOST_UNIQUE:  # type: ignore[arg-type]  # a share
        return None
    every = "every" if facts.unique else "almost every"
    figures = [figure("Different values", different, "share", "exact" if facts.unique else reading.exactness)]
    length = float(column.cast(_text()).str.len_chars().mean() or 0)  # type: ignore[arg-type]  # a mean of numbers
    words = float(column.cast(_text()).str.count_matches(r"\S+").mean() or 0)  # type: ignore[arg-type]  # a mean of numbers
    if length > _CODE_LENGTH or words > 1.5:  # noqa: PLR2004  # more words than one
        text = "As a category it tells nothing about new rows. Turn it into features (length, words), or drop it."
        return insight(
            "identifier",
            "low",
            f"“{facts.name}” has another text in {every} row",
            text,
            [facts.name],
            figures,
            mends=drop([facts.name]),
        )
    text = "It names rows: a model may learn them by heart, but nothing about new ones."
    return insight(
        "identifier",
        "medium",
        f"“{facts.name}” looks like an identifier",
        text,
        [facts.name],
        figures,
        column.head(3).to_list(),
        mends=drop([facts.name]),
    )


def named_like_an_id(name: str) -> bool:
    """Tell whether the name of a column says that it names something."""
    words = name.replace("-", "_").replace(" ", "_").casefold().split("_")
    return words[-1] in _NAMES_OF_IDS or name.endswith(("Id", "ID"))


def names_rows(column: "pl.Series", name: str) -> bool:
    """Tell whether numbers, each of which stands there once, are names rather than measures."""
    if column.dtype.is_float() and not bool((column == column.floor()).all()):
        return False
    if named_like_an_id(name):
        return True
    low, high = float(column.min() or 0), float(column.max() or 0)  # type: ignore[arg-type]  # numbers
    return column.is_sorted() and high - low + 1 <= _DENSE * column.len()


def _text() -> "pl.DataType":
    import polars as pl

    return pl.String()
