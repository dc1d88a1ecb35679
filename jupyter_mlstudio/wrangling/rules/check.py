"""Checks a table against rules: all of them in one pass over the columns that they read."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError, StudioError
from jupyter_mlstudio.wrangling.rules.conditions import Schema, breaks, complete, has_type
from jupyter_mlstudio.wrangling.rules.rule import AnyRule, Fresh, OfType, RowCount, RowRule, Rule, Unique
from jupyter_mlstudio.wrangling.rules.types import RuleReport, RuleResult
from jupyter_mlstudio.wrangling.writing import require, role_of

if TYPE_CHECKING:
    import polars as pl

_LONGEST = 60


class Found(NamedTuple):
    """What a rule led to: rows that break it if they can be counted, and a sentence; or why it cannot be checked."""

    kept: bool
    failing: int | None
    message: str
    error: bool = False


def check(table: "pl.LazyFrame", rules: Sequence[AnyRule]) -> RuleReport:
    """Check a table against rules. All numbers are exact; a rule that does not fit the table is reported as such."""
    import polars as pl

    began = perf_counter()
    schema = dict(table.collect_schema())
    questions = [_question(rule, schema) for rule in rules]
    asked = [
        expr.alias(f"{place}.{name}")
        for place, question in enumerate(questions)
        if isinstance(question, dict)
        for name, expr in question.items()
    ]
    answers = table.select(pl.len().alias("rows"), *asked).collect(engine="streaming").row(0, named=True)
    rows = int(answers["rows"])
    items = []
    for place, (rule, question) in enumerate(zip(rules, questions, strict=True)):
        if isinstance(question, str):
            found = Found(False, None, question, error=True)
        else:
            found = _judged(rule, {name: answers[f"{place}.{name}"] for name in question}, rows, table)
        items.append(_result(rule, found, rows))
    return RuleReport(
        items=tuple(items),
        rows=rows,
        failed=sum(item.state != "kept" and item.severity == "fail" for item in items),
        warned=sum(item.state != "kept" and item.severity == "warn" for item in items),
        seconds=round(perf_counter() - began, 3),
    )


def _question(rule: Rule, schema: Schema) -> "dict[str, pl.Expr] | str":
    """Return what has to be computed for a rule, by name; or why it cannot be checked."""
    import polars as pl

    try:
        asked = _asked(rule, schema)
        if asked:
            pl.LazyFrame(schema=dict(schema)).select(each.alias(name) for name, each in asked.items()).collect()
    except StudioError as error:
        return str(error)
    except pl.exceptions.PolarsError as error:
        return f"{str(error).splitlines()[0].removesuffix('.')}."
    return asked


def _asked(rule: Rule, schema: Schema) -> "dict[str, pl.Expr]":
    import polars as pl

    require(rule.names(), schema)
    if isinstance(rule, RowCount):
        return {}
    if isinstance(rule, Fresh):
        if role_of(schema[rule.column]) not in {"date", "datetime"}:
            raise InvalidError(f"“{rule.column}” holds {schema[rule.column]}, no dates. Change its type before.")
        return {"newest": pl.col(rule.column).max()}
    if isinstance(rule, OfType) and has_type(schema[rule.column], rule.type):
        return {}
    if isinstance(rule, Unique):
        there = complete(rule.columns)
        return {"there": there.sum(), "distinct": _key(rule, schema).filter(there).n_unique()}
    broken = breaks(rule, schema)
    if broken is None:
        return {"dtype": pl.lit(str(schema[rule.names()[0]]))}
    asked = {"failing": broken.sum()}
    if rule.names() and role_of(schema[rule.names()[0]]) not in {"nested", "other"}:
        asked["example"] = pl.col(rule.names()[0]).filter(broken).first()
    if isinstance(rule, OfType):
        asked["dtype"] = pl.lit(str(schema[rule.column]))
    return asked


def _key(rule: Unique, schema: Schema) -> "pl.Expr":
    """Return what differs where the values do; hashes are lighter than texts, and equal ones are looked at again."""
    import polars as pl

    if len(rule.columns) > 1:
        return pl.struct(rule.columns).hash()
    return pl.col(rule.columns[0]).hash() if role_of(schema[rule.columns[0]]) == "text" else pl.col(rule.columns[0])


def _judged(rule: Rule, answer: dict[str, Any], rows: int, table: "pl.LazyFrame") -> Found:
    if isinstance(rule, RowCount):
        within = (rule.least is None or rows >= rule.least) and (rule.most is None or rows <= rule.most)
        return Found(within, None, f"There {'is' if rows == 1 else 'are'} {rows:,}.")
    if isinstance(rule, Fresh):
        return _aged(rule, answer["newest"])
    if isinstance(rule, OfType):
        return _typed(answer, rows)
    if isinstance(rule, Unique):
        return _repeated(rule, answer, rows, table)
    assert isinstance(rule, RowRule)  # what is left
    failing = int(answer["failing"] or 0)
    kept = failing <= rule.tolerance * rows
    if not failing:
        return Found(kept, 0, f"All {rows:,} rows keep it." if rows else "There are no rows.")
    example = answer.get("example")
    shown = "" if example is None else f", as {_short(example)}"
    return Found(kept, failing, f"{failing:,} of {rows:,} rows break it{shown}.")


def _repeated(rule: Unique, answer: dict[str, Any], rows: int, table: "pl.LazyFrame") -> Found:
    """Count the rows that share their value; only a table that has some is read again."""
    import polars as pl

    there, distinct = int(answer["there"] or 0), int(answer["distinct"])
    if there == distinct:
        return Found(True, 0, f"All {there:,} are different.")
    groups = table.filter(complete(rule.columns)).group_by(rule.columns).len("__rows__")
    again = groups.filter(pl.col("__rows__") > 1)
    figures = [pl.col("__rows__").sum().alias("rows"), pl.len().alias("groups")]
    first = [pl.col(name).sort_by("__rows__", descending=True).first().alias(f"={name}") for name in rule.columns]
    found = again.select(*figures, *first).collect(engine="streaming").row(0)
    failing, groups_found = int(found[0] or 0), int(found[1])
    if not failing:  # two hashes were equal by chance
        return Found(True, 0, f"All {there:,} are different.")
    example = ", ".join(_short(value) for value in found[2:])
    noun = "value stands" if groups_found == 1 else "values stand"
    message = f"{groups_found:,} {noun} more than once, in {failing:,} rows, as {example}."
    return Found(failing <= rule.tolerance * rows, failing, message)


def _typed(answer: dict[str, Any], rows: int) -> Found:
    if not answer:
        return Found(True, 0, "It does.")
    if "failing" not in answer:
        return Found(False, None, f"It holds {answer['dtype']}.")
    failing = int(answer["failing"] or 0)
    if not failing:
        return Found(False, 0, f"It holds text that can be read so in all {rows:,} rows. Change its type.")
    return Found(
        False, failing, f"It holds text; {failing:,} of {rows:,} cannot be read so, as {_short(answer['example'])}."
    )


def _aged(rule: Fresh, newest: "datetime | date | None") -> Found:
    if newest is None:
        return Found(False, None, "There is no date.")
    moment = newest if isinstance(newest, datetime) else datetime(newest.year, newest.month, newest.day)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    hours = ((rule.now or datetime.now(UTC)) - aware).total_seconds() / 3600
    age = hours / 24 if rule.unit == "days" else hours
    said = f"{age:,.1f} {rule.unit} ago" if age >= 0 else "in the future"
    return Found(
        age <= rule.at_most,
        None,
        f"The newest is {newest.isoformat(sep=' ') if isinstance(newest, datetime) else newest}, {said}.",
    )


def _result(rule: AnyRule, found: Found, rows: int) -> RuleResult:
    share = None if found.failing is None else found.failing / rows if rows else 0.0
    return RuleResult(
        rule=rule,
        sentence=rule.sentence(),
        state="error" if found.error else "kept" if found.kept else "broken",
        severity=rule.severity,
        failing=found.failing,
        share=share,
        shows_rows=bool(found.failing),
        message=found.message,
    )


def _short(value: object) -> str:
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
