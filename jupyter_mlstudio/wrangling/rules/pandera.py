"""Writes rules as a pandera schema for Polars tables."""

from collections.abc import Callable, Mapping, Sequence

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.wrangling.formula import translate
from jupyter_mlstudio.wrangling.rules.conditions import Schema, breaks, has_type
from jupyter_mlstudio.wrangling.rules.rule import (
    AnyRule,
    Fresh,
    Holds,
    InRange,
    InSet,
    Length,
    Matches,
    NotMissing,
    OfType,
    Related,
    RowCount,
    RowRule,
    Unique,
)
from jupyter_mlstudio.wrangling.rules.types import RuleCode
from jupyter_mlstudio.wrangling.writing import call, column, listing, literal, quote, role_of, typed

_TYPES = {
    "integer": "pl.Int64",
    "number": "pl.Float64",
    "text": "pl.String",
    "boolean": "pl.Boolean",
    "date": "pl.Date",
    "datetime": "pl.Datetime",
    "time": "pl.Time",
}


def export(rules: Sequence[AnyRule], schema: Schema, name: str = "schema") -> RuleCode:
    """Write rules as a program that makes a pandera schema; missing values keep every rule but that against them."""
    made = _Schema(schema)
    for rule in rules:
        made.add(rule)
    return RuleCode(language="pandera", text=made.text(name), left_out=tuple(made.left_out))


class _Schema:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._columns: dict[str, dict[str, list[str]]] = {}
        self._checks: list[str] = []
        self.left_out: list[str] = []
        self._times = False

    def add(self, rule: AnyRule) -> None:
        """Add one rule to its column, or to the whole table where pandera has no word for it."""
        try:
            if not isinstance(rule, (RowCount, Fresh, OfType)):
                breaks(rule, self._schema)
            self._add(rule)
        except StudioError as error:
            self.left_out.append(f"{rule.sentence()}: {error}")

    def _add(self, rule: AnyRule) -> None:
        warn = rule.severity == "warn"
        exact = not (isinstance(rule, RowRule) and rule.tolerance)
        if isinstance(rule, NotMissing) and exact and not warn:
            self._column(rule.column)["nullable"] = ["nullable=False"]
        elif isinstance(rule, OfType) and not warn:
            self._column(rule.column)["dtype"] = [f"dtype={self._dtype(rule)}"]
        elif exact and self._is_known(rule):
            known = _KNOWN[type(rule)](rule, self._schema)
            more = ["raise_warning=True"] if warn else []
            self._column(rule.names()[0]).setdefault("checks", []).append(f"pa.Check.{_with(known, more)}")
        else:
            self._checks.append(self._check(rule))

    def _is_known(self, rule: AnyRule) -> bool:
        """Tell whether pandera has a word for a rule; its checks of dates and categories compare text."""
        if isinstance(rule, (InRange, InSet)):
            dtype = self._schema[rule.column]
            if isinstance(rule, InRange):
                return role_of(dtype) == "number"
            whole = not dtype.is_integer() or not any(isinstance(value, float) for value in rule.values)
            return whole and role_of(dtype) in {"number", "text", "boolean"}
        return type(rule) in _KNOWN

    def _column(self, name: str) -> dict[str, list[str]]:
        return self._columns.setdefault(name, {})

    def _dtype(self, rule: OfType) -> str:
        dtype = self._schema.get(rule.column)
        if dtype is None:
            return _TYPES[rule.type]
        fits = dtype.is_integer() if rule.type == "integer" else role_of(dtype) == rule.type
        if fits and dtype.base_type().__name__ in {*_NUMBERS, "Date", "Boolean", "String", "Time"}:
            return f"pl.{dtype.base_type().__name__}"
        return _TYPES[rule.type]

    def _check(self, rule: AnyRule) -> str:
        """Write a check of the whole table."""
        self._times = self._times or isinstance(rule, Fresh)
        condition = _condition(rule, self._schema)
        parts = [f"lambda table: table.lazyframe.select({condition})", f"name={quote(rule.sentence())}"]
        if rule.severity == "warn":
            parts.append("raise_warning=True")
        return f"pa.Check{call('', parts).removeprefix('.')}"

    def text(self, name: str) -> str:
        """Return the program."""
        lines = ["from datetime import datetime, timedelta, timezone", ""] if self._times else []
        lines += ["import pandera.polars as pa", "import polars as pl", ""]
        columns = []
        for column_name, parts in self._columns.items():
            checks = parts.get("checks", [])
            written = [*parts.get("dtype", []), *parts.get("nullable", ["nullable=True"])]
            if checks:
                written.append(f"checks={checks[0] if len(checks) == 1 else listing(checks)}")
            columns.append(f"{quote(column_name)}: pa.Column{call('', written).removeprefix('.')}")
        body = [f"    columns={{\n{_indented(columns, 8)}\n    }}," if columns else "    columns={},"]
        if self._checks:
            body.append(f"    checks=[\n{_indented(self._checks, 8)}\n    ],")
        return "\n".join([*lines, f"{name} = pa.DataFrameSchema(", *body, ")"]) + "\n"


def _indented(items: Sequence[str], spaces: int) -> str:
    gap = " " * spaces
    return "\n".join(gap + item.replace("\n", f"\n{gap}") + "," for item in items)


def _with(call_text: str, more: Sequence[str]) -> str:
    return f"{call_text[:-1]}{''.join(f', {part}' for part in more)})"


def _range(rule: InRange, schema: Schema) -> str:
    low, high = (
        None if limit is None else repr(typed(limit, schema[rule.column], f"Limit of “{rule.column}”"))
        for limit in (rule.least, rule.most)
    )
    if low is None or high is None:
        return f"ge({low})" if high is None else f"le({high})"
    return f"in_range({low}, {high})"


def _set(rule: InSet, schema: Schema) -> str:
    values = [typed(value, schema[rule.column], f"Value of “{rule.column}”") for value in rule.values]
    return f"isin({listing(literal(value).text for value in values)})"


def _pattern(rule: Matches, _: Schema) -> str:
    return f"str_matches({quote(f'^(?:{rule.pattern})$')})"


def _length(rule: Length, _: Schema) -> str:
    parts = [f"min_value={rule.least}"] if rule.least is not None else []
    parts += [f"max_value={rule.most}"] if rule.most is not None else []
    return f"str_length({', '.join(parts)})"


_KNOWN: Mapping[type, Callable[..., str]] = {InRange: _range, InSet: _set, Matches: _pattern, Length: _length}
"""Rules that pandera has a word for."""
_NUMBERS = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64")


def _condition(rule: AnyRule, schema: Schema) -> str:
    """Write what is true where a rule is kept."""
    if isinstance(rule, RowCount):
        counts = ((">=", rule.least), ("<=", rule.most))
        return " & ".join(f"(pl.len() {sign} {limit})" for sign, limit in counts if limit is not None)
    if isinstance(rule, Fresh):
        zone = getattr(schema.get(rule.column), "time_zone", None)
        now = "datetime.now(timezone.utc)" if zone else "datetime.now(timezone.utc).replace(tzinfo=None)"
        newest = f"{column(rule.column)}.max()" + ("" if zone else ".cast(pl.Datetime)")
        return f"{newest} >= {now} - timedelta({rule.unit}={rule.at_most:g})"
    kept = _kept(rule, schema)
    if isinstance(rule, RowRule) and rule.tolerance:
        return f"(~({kept})).fill_null(False).mean() <= {rule.tolerance!r}"
    return f"({kept}).fill_null(True)"


def _kept(rule: AnyRule, schema: Schema) -> str:
    if isinstance(rule, NotMissing):
        return f"{column(rule.column)}.is_not_null()"
    if isinstance(rule, Unique):
        return _unique(rule)
    if isinstance(rule, Holds):
        return f"({translate(rule.formula, schema).argument()})"
    if isinstance(rule, Related):
        text = f"{column(rule.column)} {rule.test} {column(rule.other)}"
        when = rule.when.strip()
        return f"({text}) | ~({translate(when, schema).argument()})" if when else text
    if isinstance(rule, InRange):
        dtype = schema[rule.column]
        limits = [
            f"({column(rule.column)} {sign} {literal(typed(limit, dtype, 'Limit'), dtype).text})"
            for sign, limit in ((">=", rule.least), ("<=", rule.most))
            if limit is not None
        ]
        return " & ".join(limits)
    return _kept_text(rule, schema)


def _kept_text(rule: AnyRule, schema: Schema) -> str:
    if isinstance(rule, OfType):
        return f"pl.lit({has_type(schema[rule.column], rule.type)})"
    subject = column(rule.names()[0])
    if isinstance(rule, InSet):
        values = [literal(typed(value, schema[rule.column], "Value"), schema[rule.column]) for value in rule.values]
        return " | ".join(f"({subject} == {value.text})" for value in values)
    subject = f"{subject}.cast(pl.String)"
    if isinstance(rule, Matches):
        return f"{subject}.str.contains({quote(f'^(?:{rule.pattern})$')})"
    assert isinstance(rule, Length)  # what is left
    limits = ((">=", rule.least), ("<=", rule.most))
    return " & ".join(f"({subject}.str.len_chars() {sign} {limit})" for sign, limit in limits if limit is not None)


def _unique(rule: Unique) -> str:
    names = ", ".join(quote(name) for name in rule.columns)
    subject = column(rule.columns[0]) if len(rule.columns) == 1 else f"pl.struct({names})"
    return f"~{subject}.is_duplicated() | pl.any_horizontal(pl.col({names}).is_null())"
