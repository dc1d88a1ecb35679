"""Verbs as SQL: a chain of named queries."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import verbs
from jupyter_mlstudio.wrangling.expressions.nodes import Windowed, inside
from jupyter_mlstudio.wrangling.expressions.windows import WINDOWS
from jupyter_mlstudio.wrangling.faces.languages import Dialect
from jupyter_mlstudio.wrangling.faces.sql import ROW, SqlWriter, listed, quoted
from jupyter_mlstudio.wrangling.faces.writer import unsupported
from jupyter_mlstudio.wrangling.sources import Files, project_folder
from jupyter_mlstudio.wrangling.sources.types import FileSource

if TYPE_CHECKING:
    import polars as pl

    Schema = Mapping[str, pl.DataType]

_READ_IN_ORDER = frozenset({"duckdb", "spark"})
"""Where rows come in the order of their file."""


class Queries:
    """Collects one query a verb. Where a recipe depends on the order of its rows, they carry their position."""

    def __init__(
        self, source: str, columns: "Schema", dialect: Dialect, files: Callable[[str], str], *, ordered: bool
    ) -> None:
        self._dialect, self._files = dialect, files
        self._ordered = ordered and dialect in _READ_IN_ORDER
        self.parts: list[tuple[str, str]] = []
        position = f", {self._numbered()} AS {quoted(ROW)}" if self._ordered else ""
        given = [_number(name) if dtype.is_float() else quoted(name) for name, dtype in columns.items()]
        every = ", ".join(given) if any(dtype.is_float() for dtype in columns.values()) else "*"
        self._say("source", f"SELECT {every}{position} FROM {source}")

    def add(self, verb: verbs.Verb, schema: "Schema", after: "Schema", name: str) -> None:
        """Write a verb between tables with these columns."""
        writers = {
            verbs.Assign: self._assign, verbs.Keep: self._keep, verbs.Drop: self._keep, verbs.Rename: self._rename,
            verbs.Where: self._where, verbs.Present: self._present, verbs.Sort: self._sort,
            verbs.Distinct: self._distinct, verbs.Slice: self._slice, verbs.Group: self._group, verbs.Join: self._join,
            verbs.Union: self._union, verbs.Unpivot: self._unpivot, verbs.Explode: self._explode,
            verbs.Repeat: self._repeat, verbs.Raw: self._raw,
        }  # fmt: skip
        writer = writers.get(type(verb))
        if writer is None:
            raise unsupported(f"“{type(verb).__name__}”", "SQL")
        if not self._ordered and _needs_position(verb):
            raise InvalidError(
                f"it depends on the order of the rows, which a table in {self._dialect} does not have. "
                "Sort the rows by columns before, or use DuckDB.",
                code="no_order",
            )
        order = ROW if self._ordered else ""
        self._say(name, writer(verb, SqlWriter(schema, self._dialect, order), after))  # type: ignore[operator]  # its own verb
        self._ordered = self._ordered or isinstance(verb, verbs.Sort)

    def text(self, columns: Iterable[str]) -> str:
        """Return the whole query, in DuckDB's dialect, with these columns."""
        *chain, (last, body) = self.parts
        order = f"\nORDER BY {quoted(ROW)}" if self._ordered else ""
        if not chain and not order:
            return body
        named = ",\n".join(f"{name} AS (\n    {text}\n)" for name, text in self.parts)
        return f"WITH {named}\nSELECT {listed(columns)}\nFROM {last}{order}"

    def _numbered(self) -> str:
        """Number the rows as they are read; Spark has a function for their order."""
        order = "ORDER BY monotonically_increasing_id()" if self._dialect == "spark" else ""
        return f"row_number() OVER ({order})"

    def _say(self, name: str, body: str) -> None:
        taken = {each for each, _ in self.parts}
        name = name if name == "source" else f"after_{name}"  # an op may be a word of SQL
        free, number = name, 1
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        self.parts.append((free, body))

    @property
    def _last(self) -> str:
        return self.parts[-1][0]

    def _row(self) -> list[str]:
        return [quoted(ROW)] if self._ordered else []

    def _select(self, columns: Iterable[str], rest: str = "") -> str:
        return f"SELECT {', '.join([*columns, *self._row()])} FROM {self._last}{rest}"

    def _assign(self, verb: verbs.Assign, writer: SqlWriter, after: "Schema") -> str:
        made = dict(verb.columns)
        if not set(made) & set(writer.schema):
            added = (f"{writer.text(expr)} AS {quoted(name)}" for name, expr in made.items())
            return f"SELECT *, {', '.join(added)} FROM {self._last}"
        columns = (f"{writer.text(made[name])} AS {quoted(name)}" if name in made else quoted(name) for name in after)
        return self._select(columns)

    def _keep(self, _: object, __: SqlWriter, after: "Schema") -> str:
        return self._select(map(quoted, after))

    def _rename(self, verb: verbs.Rename, writer: SqlWriter, _: "Schema") -> str:
        new = dict(verb.names)
        return self._select(
            f"{quoted(name)} AS {quoted(new[name])}" if name in new else quoted(name) for name in writer.schema
        )

    def _where(self, verb: verbs.Where, writer: SqlWriter, _: "Schema") -> str:
        condition = writer.text(verb.condition)
        around = any(isinstance(each, Windowed) for each in inside(verb.condition))
        kept = f"({condition}) IS NOT TRUE" if verb.negated else condition
        return f"SELECT * FROM {self._last} {'QUALIFY' if around else 'WHERE'} {kept}"

    def _present(self, verb: verbs.Present, writer: SqlWriter, _: "Schema") -> str:
        conditions = (f"{quoted(name)} IS NOT NULL" for name in verb.columns or writer.schema)
        return f"SELECT * FROM {self._last} WHERE {' AND '.join(conditions)}"

    def _sort(self, verb: verbs.Sort, writer: SqlWriter, _: "Schema") -> str:
        keys = [f"{quoted(key.column)}{' DESC' if key.descending else ''} NULLS LAST" for key in verb.by]
        position = f"row_number() OVER (ORDER BY {', '.join([*keys, *self._row()])}) AS {quoted(ROW)}"
        return f"SELECT {listed(writer.schema)}, {position} FROM {self._last}"

    def _distinct(self, verb: verbs.Distinct, writer: SqlWriter, _: "Schema") -> str:
        same = f"PARTITION BY {listed(verb.columns or writer.schema)}"
        if verb.keep == "none":
            return f"SELECT * FROM {self._last} QUALIFY count(*) OVER ({same}) = 1"
        order = f"ORDER BY {quoted(ROW)}{' DESC' if verb.keep == 'last' else ''}"
        return f"SELECT * FROM {self._last} QUALIFY row_number() OVER ({same} {order}) = 1"

    def _slice(self, verb: verbs.Slice, _: SqlWriter, __: "Schema") -> str:
        place = f"row_number() OVER (ORDER BY {quoted(ROW)}) - 1"
        start = f"count(*) OVER () - {-verb.start}" if verb.start < 0 else str(verb.start)
        conditions = [f"{place} >= {start}"]
        if verb.length is not None:
            conditions.append(f"{place} < {start} + {verb.length}")
        return f"SELECT * FROM {self._last} QUALIFY {' AND '.join(conditions)}"

    def _group(self, verb: verbs.Group, writer: SqlWriter, _: "Schema") -> str:
        figures = [f"{self._figure(figure, writer)} AS {quoted(figure.name)}" for figure in verb.figures]
        position = [f"min({quoted(ROW)}) AS {quoted(ROW)}"] if self._ordered else []
        keys = listed(verb.by)
        return f"SELECT {', '.join([keys, *figures, *position])} FROM {self._last} GROUP BY {keys}"

    def _figure(self, figure: verbs.Figure, writer: SqlWriter) -> str:
        subject = quoted(figure.column) if figure.column else "1"
        if figure.where is not None:
            subject = f"CASE WHEN {writer.text(figure.where)} THEN {subject} END"
        whole = bool(figure.column) and writer.schema[figure.column].is_integer()
        total = "CAST(coalesce(sum({0}), 0) AS BIGINT)" if whole else "coalesce(sum({0}), 0)"
        template = {**_FIGURES, "sum": total}[figure.function]
        if figure.function == "rows" and figure.where is None:
            return "count(*)"
        return template.replace("{0}", subject).replace("{row}", quoted(ROW))

    def _join(self, verb: verbs.Join, writer: SqlWriter, after: "Schema") -> str:
        on = " AND ".join(
            f"l.{quoted(here)} = r.{quoted(there)}" for here, there in zip(verb.keys, verb.keys_there, strict=True)
        )
        other = f"{self._files(verb.path)} AS r"
        if verb.how in {"semi", "anti"}:
            sign = "NOT " if verb.how == "anti" else ""
            return f"SELECT * FROM {self._last} AS l WHERE {sign}EXISTS (SELECT 1 FROM {other} WHERE {on})"
        columns = [self._joined(name, verb, writer) for name in after]
        kind = {"inner": "JOIN", "left": "LEFT JOIN", "full": "FULL JOIN"}[verb.how]
        position = [f"l.{quoted(ROW)}"] if self._ordered else []
        return f"SELECT {', '.join([*columns, *position])} FROM {self._last} AS l {kind} {other} ON {on}"

    def _joined(self, name: str, verb: verbs.Join, writer: SqlWriter) -> str:
        if name in verb.keys and verb.how == "full":
            there = dict(zip(verb.keys, verb.keys_there, strict=True))[name]
            return f"coalesce(l.{quoted(name)}, r.{quoted(there)}) AS {quoted(name)}"
        if name in writer.schema:
            return f"l.{quoted(name)}"
        plain = name.removesuffix(f"_{PurePosixPath(verb.path).stem}")
        there = plain if plain in writer.schema else name
        return f"r.{quoted(there)} AS {quoted(name)}"

    def _union(self, verb: verbs.Union, writer: SqlWriter, after: "Schema") -> str:
        """Add rows; which columns the file has is known from those that are new, and from the file itself."""
        there = columns_there(verb.path)
        label = f"'{PurePosixPath(verb.path).name}'"
        first = [f"{quoted(name) if name in writer.schema else 'NULL'} AS {quoted(name)}" for name in after]
        second = [
            f"{label if name == verb.label else quoted(name) if name in there else 'NULL'} AS {quoted(name)}"
            for name in after
        ]
        place = f", (SELECT max({quoted(ROW)}) FROM {self._last}) + {self._numbered()} AS {quoted(ROW)}"
        added = f"SELECT {', '.join(second)}{place if self._ordered else ''} FROM {self._files(verb.path)}"
        return f"{self._select(first)} UNION ALL {added}"

    def _unpivot(self, verb: verbs.Unpivot, _: SqlWriter, __: "Schema") -> str:
        """Take one column after the other."""
        rows = f"(SELECT max({quoted(ROW)}) + 1 FROM {self._last})"
        parts = []
        for number, name in enumerate(verb.columns):
            text = name.replace("'", "''")
            row = [f"{quoted(ROW)} + {number} * {rows} AS {quoted(ROW)}"] if self._ordered else []
            pair = [f"'{text}' AS {quoted(verb.variable)}", f"{quoted(name)} AS {quoted(verb.value)}"]
            parts.append(f"SELECT {', '.join([*map(quoted, verb.beside), *pair, *row])} FROM {self._last}")
        return " UNION ALL ".join(parts)

    def _explode(self, verb: verbs.Explode, _: SqlWriter, after: "Schema") -> str:
        separator = verb.separator.replace("'", "''")
        parts = f"coalesce(string_split({quoted(verb.column)}, '{separator}'), [NULL])"
        place = ", unnest(range(1, len(parts) + 1)) AS place" if self._ordered else ""
        columns = [f"unnest(parts) AS {quoted(name)}" if name == verb.column else quoted(name) for name in after]
        chosen = ", ".join([*columns, *self._row()])
        made = f"SELECT {chosen}{place} FROM (SELECT *, {parts} AS parts FROM {self._last})"
        if not self._ordered:
            return made
        row = f"row_number() OVER (ORDER BY {quoted(ROW)}, place) AS {quoted(ROW)}"
        return f"SELECT {listed(after)}, {row} FROM ({made})"

    def _repeat(self, verb: verbs.Repeat, _: SqlWriter, after: "Schema") -> str:
        made = f"SELECT *, unnest(range({quoted(verb.column)})) AS copy FROM {self._last}"
        row = f", row_number() OVER (ORDER BY {quoted(ROW)}, copy) AS {quoted(ROW)}" if self._ordered else ""
        return f"SELECT {listed(after)}{row} FROM ({made})"

    def _raw(self, verb: verbs.Raw, writer: SqlWriter, _: "Schema") -> str:
        """Write a query over `self`, which has the columns of the table and no more."""
        if not verb.sql:
            raise unsupported("This step", "SQL")
        own = f"WITH self AS (SELECT {listed(writer.schema)} FROM {self._last}) SELECT * FROM ({verb.sql})"
        return f"SELECT *, {self._numbered()} AS {quoted(ROW)} FROM ({own})" if self._ordered else own


def columns_there(path: str) -> frozenset[str]:
    """Return the names of a file's columns."""
    files = Files(project_folder())
    return frozenset(files.open(FileSource(path=path)).table.collect_schema())


def _number(name: str) -> str:
    """Take what is no number for missing from the first query on."""
    return f"nullif({quoted(name)}, CAST('NaN' AS DOUBLE)) AS {quoted(name)}"


def needs_order(change: verbs.Change) -> bool:
    """Tell whether verbs depend on the order of the rows, or make one."""
    return any(_orders(verb) for verb in change)


def _orders(verb: verbs.Verb) -> bool:
    return isinstance(verb, verbs.Sort) or any(_ordered_windows(verb)) or _needs_position(verb)


def _needs_position(verb: verbs.Verb) -> bool:
    """Tell whether a verb depends on where rows stand, and not only on columns to order them by."""
    if isinstance(verb, verbs.Slice):
        return True
    if isinstance(verb, verbs.Distinct):
        return verb.keep != "none"
    if isinstance(verb, verbs.Group):
        return any(figure.function in {"first", "last"} for figure in verb.figures)
    return any(not window.order for window in _ordered_windows(verb))


def _ordered_windows(verb: verbs.Verb) -> Iterator[Windowed]:
    given = [expr for _, expr in verb.columns] if isinstance(verb, verbs.Assign) else []
    given += [verb.condition] if isinstance(verb, verbs.Where) else []
    for expr in given:
        for each in inside(expr):
            if isinstance(each, Windowed) and WINDOWS[each.function].ordered:
                yield each


_MODE = (
    "list_min(list_transform(list_filter(map_entries(histogram({0})), "
    "lambda each: each.value = list_max(map_values(histogram({0})))), lambda each: each.key))"
)
"""The smallest of the most frequent values, where a database would take any."""
_FIGURES = {
    "rows": "count({0})", "count": "count({0})", "mean": "avg({0})", "median": "median({0})", "min": "min({0})",
    "max": "max({0})", "std": "stddev_samp({0})", "var": "var_samp({0})", "missing": "count(*) - count({0})",
    "q05": "quantile_cont({0}, 0.05)", "q25": "quantile_cont({0}, 0.25)", "q75": "quantile_cont({0}, 0.75)",
    "q95": "quantile_cont({0}, 0.95)", "mode": _MODE,
    "values": "coalesce(string_agg(DISTINCT {0}, ', ' ORDER BY {0}), '')",
    "distinct": "count(DISTINCT {0}) + max(CASE WHEN {0} IS NULL THEN 1 ELSE 0 END)",
    "first": "first({0} ORDER BY {row})", "last": "last({0} ORDER BY {row})",
}  # fmt: skip
