"""The Polars face: verbs become calls that continue a chain, expressions become Polars expressions."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar, Literal

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import verbs
from jupyter_mlstudio.wrangling.expressions.nodes import Call, Case, Expr, Lit, Mapped, Windowed
from jupyter_mlstudio.wrangling.expressions.windows import WINDOWS
from jupyter_mlstudio.wrangling.faces.together import together
from jupyter_mlstudio.wrangling.faces.writer import Writer
from jupyter_mlstudio.wrangling.step import Code, Incoming
from jupyter_mlstudio.wrangling.writing import ATOM, WIDTH, Text, call, column, literal, mapping, quote, role_of

if TYPE_CHECKING:
    import polars as pl

    Schema = Mapping[str, pl.DataType]

_SHORT = 6
"""Longer lists of values are lifted into a variable."""


class PolarsWriter(Writer):
    """Writes expressions as Polars expressions."""

    face: ClassVar[Literal["polars", "pandas", "sql"]] = "polars"

    def column(self, name: str) -> Text:
        """Write `pl.col`."""
        return Text(column(name), ATOM)

    def literal(self, value: Lit) -> Text:
        """Write a value exactly."""
        if value.value is None:
            return Text("None", ATOM, literal=True)
        return literal(value.value, self.schema.get(value.like))

    def case(self, case: Case) -> Text:
        """Write `when`, `then`, `otherwise`."""
        parts = [f"when({self.text(test)}).then({self.text(value)})" for test, value in case.branches]
        if case.otherwise != Lit(None):
            parts.append(f"otherwise({self.text(case.otherwise)})")
        line = f"pl.{'.'.join(parts)}"
        return Text(line if len(line) <= WIDTH else "pl." + "\n.".join(parts), ATOM)

    def mapped(self, mapped: Mapped) -> Text:
        """Write `replace`, or `replace_strict` where others have a value too."""
        like = self.dtype(mapped.subject)
        keys = [literal(key, like).text for key in mapped.keys]
        values = ["None" if value is None else literal(value).text for value in mapped.values]
        table = mapping(dict(zip(keys, values, strict=True)))
        subject = self.write(mapped.subject).expression()
        if mapped.otherwise is None:
            return Text(f"{subject}.replace({table})", ATOM)
        types = {type(value) for value in (*mapped.values, mapped.otherwise.value) if value is not None}
        dtype = _DTYPES[float if types == {int, float} else types.pop()]
        other = self.literal(mapped.otherwise).text
        return Text(f"{subject}.replace_strict({table}, default={other}, return_dtype={dtype})", ATOM)

    def windowed(self, windowed: Windowed) -> Text:
        """Write the function, with `over` if it is not over all rows as they stand."""
        written = self.filled(WINDOWS[windowed.function].polars, (*windowed.arguments, *map(Lit, windowed.options)))
        text = written if isinstance(written, str) else written.text
        parts = [_names(windowed.by)] if windowed.by else []
        if windowed.order:
            parts.append(f"order_by={_names(windowed.order)}")
        return Text(f"{text}.over({', '.join(parts)})" if parts else text, ATOM)


_DTYPES: dict[type, str] = {int: "pl.Int64", float: "pl.Float64", str: "pl.String", bool: "pl.Boolean"}


def _names(names: Iterable[str]) -> str:
    listed = [quote(name) for name in names]
    return listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(quote(name) for name in names)}]"


@lru_cache(maxsize=4096)
def type_of(expr: Expr, schema: "tuple[tuple[str, pl.DataType], ...]") -> "pl.DataType":
    """Return the type that Polars gives an expression over columns of a schema."""
    import polars as pl

    text = PolarsWriter(dict(schema)).text(expr, settled=True)
    made = pl.LazyFrame(schema=dict(schema)).select(eval(f"({text})", {"pl": pl}))  # our own text
    return made.collect_schema().dtypes()[0]


def write(change: verbs.Change, table: Incoming) -> Code:
    """Write verbs as calls that continue a chain."""
    made = _Chain(table)
    for verb in change:
        made.add(verb)
    return Code(tuple(made.calls), made.variables, made.tables, made.functions)


def walked(change: verbs.Change, table: Incoming) -> "list[tuple[verbs.Verb, Schema, Schema]]":
    """Return each verb with the columns before and after it."""
    made, seen = _Chain(table), []
    for verb in change:
        before = made.schema
        made.add(verb)
        seen.append((verb, before, made.schema))
    return seen


class _Chain:
    def __init__(self, table: Incoming) -> None:
        self.calls: list[str] = []
        self.variables: dict[str, str] = {}
        self.tables: dict[str, str] = {}
        self.functions: dict[str, str] = {}
        self._incoming = table
        self.schema: Schema = dict(table.columns)

    def add(self, verb: verbs.Verb) -> None:
        """Write a verb; the next one sees the columns that it leaves."""
        begin = len(self.calls)
        getattr(self, f"_{type(verb).__name__.lower()}")(verb)
        self.schema = self._after(self.calls[begin:])

    def _after(self, calls: list[str]) -> "Schema":
        import polars as pl

        given = {"pl": pl, "_table": pl.LazyFrame(schema=dict(self.schema))}
        for text in self.functions.values():
            exec(text, given)  # allowed before it was written
        for name, text in self.variables.items():
            given[name] = eval(text, given)
        for name, text in self.tables.items():
            given[name] = eval(text, given)
        chain = "\n".join(calls)
        return dict(eval(f"(_table\n{chain}\n)", given).collect_schema())  # our own text

    def _assign(self, verb: verbs.Assign) -> None:
        writer = PolarsWriter(self.schema)
        parts = ((name, named(name, writer.whole(expr))) for name, expr in verb.columns)
        self.calls.append(call("with_columns", together(parts)))

    def _keep(self, verb: verbs.Keep) -> None:
        self.calls.append(call("select", [quote(name) for name in verb.columns]))

    def _drop(self, verb: verbs.Drop) -> None:
        self.calls.append(call("drop", [quote(name) for name in verb.columns]))

    def _rename(self, verb: verbs.Rename) -> None:
        self.calls.append(call("rename", [mapping({quote(old): quote(new) for old, new in verb.names})]))

    def _where(self, verb: verbs.Where) -> None:
        writer = PolarsWriter(self.schema)
        conditions = [verb.condition] if verb.negated else list(_conjuncts(verb.condition))
        parts = [writer.text(each) for each in conditions]
        self.calls.append(call("remove" if verb.negated else "filter", parts))

    def _present(self, verb: verbs.Present) -> None:
        self.calls.append(call("drop_nulls", [_list(verb.columns)] if verb.columns else []))

    def _sort(self, verb: verbs.Sort) -> None:
        falling = [key.descending for key in verb.by]
        direction = [f"descending={falling if len(set(falling)) > 1 else falling[0]}"] if any(falling) else []
        keys = [quote(key.column) for key in verb.by]
        self.calls.append(call("sort", [*keys, *direction, "nulls_last=True", "maintain_order=True"]))

    def _distinct(self, verb: verbs.Distinct) -> None:
        subset = [_list(verb.columns)] if verb.columns else []
        self.calls.append(call("unique", [*subset, f"keep={quote(verb.keep)}", "maintain_order=True"]))

    def _slice(self, verb: verbs.Slice) -> None:
        if verb.start < 0 and (verb.length is None or verb.length == -verb.start):
            self.calls.append(call("tail", [str(-verb.start)]))
        elif verb.start == 0 and verb.length is not None:
            self.calls.append(call("head", [str(verb.length)]))
        else:
            self.calls.append(
                call("slice", [str(verb.start), *([str(verb.length)] if verb.length is not None else [])])
            )

    def _group(self, verb: verbs.Group) -> None:
        writer = PolarsWriter(self.schema)
        keys = [*(quote(name) for name in verb.by), "maintain_order=True"]
        parts = [named(figure.name, Text(_figure(figure, writer), ATOM)) for figure in verb.figures]
        self.calls += [call("group_by", keys), call("agg", parts)]

    def _join(self, verb: verbs.Join) -> None:
        stem = PurePosixPath(verb.path).stem
        variable = self._incoming.variable(stem)
        chosen = dict.fromkeys([*verb.keys_there, *verb.columns]) if verb.columns else {}
        select = f".select({', '.join(quote(name) for name in chosen)})" if chosen else ""
        self.tables[variable] = f"{self._incoming.files(verb.path)}{select}"
        arguments = [variable, *_on(verb), f"how={quote(verb.how)}"]
        if verb.unique:
            arguments.append('validate="m:1"')
        if verb.how in {"inner", "left", "full"}:
            arguments.append(f"suffix={quote(f'_{stem}')}")
        if verb.how == "full":
            arguments.append("coalesce=True")
        order = "left" if verb.unique or verb.how in {"semi", "anti"} else "left_right"
        self.calls.append(call("join", [*arguments, f"maintain_order={quote(order)}"]))

    def _union(self, verb: verbs.Union) -> None:
        variable = self._incoming.variable(PurePosixPath(verb.path).stem)
        text = self._incoming.files(verb.path)
        same_kind(self.schema, _schema(text), verb.path)
        name = quote(PurePosixPath(verb.path).name)
        label = f".with_columns(pl.lit({name}).alias({quote(verb.label)}))" if verb.label else ""
        self.tables[variable] = f"{text}{label}"
        self.calls.append(f'.pipe(lambda rows: pl.concat([rows, {variable}], how="diagonal_relaxed"))')

    def _unpivot(self, verb: verbs.Unpivot) -> None:
        """Write one column after the other: `unpivot` leaves the order of its rows to chance."""
        parts = [*map(quote, verb.beside), f"pl.lit(name).alias({quote(verb.variable)})"]
        stacked = ", ".join([*parts, f"pl.col(name).alias({quote(verb.value)})"])
        each = f"rows.select({stacked}) for name in {_list(verb.columns)}"
        self.calls.append(f'.pipe(\n    lambda rows: pl.concat([{each}], how="vertical_relaxed")\n)')

    def _explode(self, verb: verbs.Explode) -> None:
        self.calls.append(call("with_columns", [f"{column(verb.column)}.str.split({quote(verb.separator)})"]))
        self.calls.append(call("explode", [quote(verb.column)]))

    def _repeat(self, verb: verbs.Repeat) -> None:
        name = quote(verb.column)
        self.calls += [call("with_columns", [f"pl.int_ranges({name}).alias({name})"]), call("explode", [name])]

    def _raw(self, verb: verbs.Raw) -> None:
        self.functions.update(verb.functions)
        self.calls += verb.polars


def named(name: str, text: Text) -> str:
    """Give an expression its column's name, unless it has it by itself."""
    import polars as pl

    argument = text.argument()
    if argument.startswith("pl.col(") and eval(f"({argument})", {"pl": pl}).meta.output_name() == name:  # our own text
        return argument
    return f"{text.expression()}.alias({quote(name)})"


def _schema(text: str) -> "Schema":
    import polars as pl

    return dict(eval(text, {"pl": pl}).collect_schema())  # our own text


def same_kind(here: "Schema", there: "Schema", path: str) -> None:
    """Refuse to put values of different kinds into one column.

    Raises:
        InvalidError: A column holds, for example, text here and numbers in the file.
    """
    for name in here.keys() & there.keys():
        if role_of(here[name]) != role_of(there[name]):
            raise InvalidError(
                f"“{name}” holds {here[name]} here and {there[name]} in {PurePosixPath(path).name}. "
                "Change its type before.",
                code="wrong_type",
            )


def _conjuncts(expr: Expr) -> Iterable[Expr]:
    if isinstance(expr, Call) and expr.function == "and":
        for each in expr.arguments:
            yield from _conjuncts(each)
    else:
        yield expr


def _on(verb: verbs.Join) -> list[str]:
    if verb.keys_there == verb.keys:
        return [f"on={_names(verb.keys)}"]
    return [f"left_on={_list(verb.keys)}", f"right_on={_list(verb.keys_there)}"]


_FIGURES: Mapping[str, str] = {
    "rows": "pl.len()", "count": "{0}.count()", "sum": "{0}.sum()", "mean": "{0}.mean()", "median": "{0}.median()",
    "min": "{0}.min()", "max": "{0}.max()", "std": "{0}.std()", "var": "{0}.var()", "distinct": "{0}.n_unique()",
    "q05": '{0}.quantile(0.05, "linear")', "q25": '{0}.quantile(0.25, "linear")',
    "q75": '{0}.quantile(0.75, "linear")', "q95": '{0}.quantile(0.95, "linear")',
    "mode": "{0}.drop_nulls().mode().min()",
    "values": '{0}.drop_nulls().cast(pl.String).unique().sort().str.join(", ")',
    "missing": "{0}.null_count()", "first": "{0}.first()", "last": "{0}.last()",
}  # fmt: skip


def _figure(figure: verbs.Figure, writer: PolarsWriter) -> str:
    subject = column(figure.column)
    if figure.where is not None:
        condition = writer.text(figure.where)
        if figure.function == "rows":
            return f"({condition}).sum()"
        subject = f"{subject}.filter({condition})"
    return _FIGURES[figure.function].replace("{0}", subject)
