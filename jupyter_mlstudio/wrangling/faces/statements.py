"""Verbs as pandas: statements about `df`, one after the other."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling import verbs
from jupyter_mlstudio.wrangling.expressions.nodes import columns_of
from jupyter_mlstudio.wrangling.faces.pandas import PandasWriter, names_of
from jupyter_mlstudio.wrangling.faces.writer import unsupported
from jupyter_mlstudio.wrangling.writing import WIDTH, mapping, quote

if TYPE_CHECKING:
    import polars as pl


class Statements:
    """Writes the statements of one step after the other."""

    def __init__(self, files: Callable[[str], str]) -> None:
        self.lines: list[str] = []
        self.tables: dict[str, str] = {}
        self._files = files

    def add(self, verb: verbs.Verb, schema: "Mapping[str, pl.DataType]") -> None:
        """Write a verb for a table with these columns."""
        writers = {
            verbs.Assign: self._assign, verbs.Keep: self._keep, verbs.Drop: self._drop, verbs.Rename: self._rename,
            verbs.Where: self._where, verbs.Present: self._present, verbs.Sort: self._sort,
            verbs.Distinct: self._distinct, verbs.Slice: self._slice, verbs.Group: self._group, verbs.Join: self._join,
            verbs.Union: self._union, verbs.Unpivot: self._unpivot, verbs.Explode: self._explode,
            verbs.Repeat: self._repeat, verbs.Raw: self._raw,
        }  # fmt: skip
        writer = writers.get(type(verb))
        if writer is None:
            raise unsupported(f"“{type(verb).__name__}”", "pandas")
        writer(verb, PandasWriter(schema))  # type: ignore[operator]  # each takes the verb it stands beside

    def _say(self, text: str) -> None:
        self.lines.append(f"df = {text}")

    def _assign(self, verb: verbs.Assign, writer: PandasWriter) -> None:
        written = [(name, writer.text(expr)) for name, expr in verb.columns]
        names = {name for name, _ in written}
        together = any(
            (columns_of(expr) & names) - {name} for name, expr in verb.columns
        )  # one would see what another has made
        if not together:
            self.lines += [f"df[{quote(name)}] = {_broken(text)}" for name, text in written]
            return
        entries = mapping({quote(name): text for name, text in written})
        self._say(f"df.assign(**{entries})")

    def _keep(self, verb: verbs.Keep, _: PandasWriter) -> None:
        self._say(f"df[{_list(verb.columns)}]")

    def _drop(self, verb: verbs.Drop, _: PandasWriter) -> None:
        self._say(f"df.drop(columns={_list(verb.columns)})")

    def _rename(self, verb: verbs.Rename, _: PandasWriter) -> None:
        self._say(f"df.rename(columns={mapping({quote(old): quote(new) for old, new in verb.names})})")

    def _where(self, verb: verbs.Where, writer: PandasWriter) -> None:
        condition = writer.condition(verb.condition) if not verb.negated else writer.whole(verb.condition)
        if verb.negated:
            self._say(f"df[~{condition.expression()}.fillna(False)]")
        else:
            self._say(f"df[{condition.text}]")

    def _present(self, verb: verbs.Present, _: PandasWriter) -> None:
        self._say(f"df.dropna({f'subset={_list(verb.columns)}' if verb.columns else ''})")

    def _sort(self, verb: verbs.Sort, _: PandasWriter) -> None:
        rising = [not key.descending for key in verb.by]
        direction = "" if all(rising) else f", ascending={rising[0] if len(rising) == 1 else rising}"
        self._say(f'df.sort_values({names_of(key.column for key in verb.by)}{direction}, kind="stable")')

    def _distinct(self, verb: verbs.Distinct, _: PandasWriter) -> None:
        parts = [f"subset={_list(verb.columns)}"] if verb.columns else []
        if verb.keep != "first":
            parts.append("keep=False" if verb.keep == "none" else f"keep={quote(verb.keep)}")
        self._say(f"df.drop_duplicates({', '.join(parts)})")

    def _slice(self, verb: verbs.Slice, _: PandasWriter) -> None:
        end = "" if verb.length is None else verb.start + verb.length
        stop = "" if verb.start < 0 and end == 0 else end
        self._say(f"df.iloc[{verb.start or ''}:{stop}]")

    def _group(self, verb: verbs.Group, writer: PandasWriter) -> None:
        masked = [(figure.name, _masked(figure, writer)) for figure in verb.figures if figure.where is not None]
        subject = f"df.assign(**{mapping({quote(name): text for name, text in masked})})" if masked else "df"
        figures = mapping({quote(figure.name): _figure(figure, verb.by[0]) for figure in verb.figures})
        grouped = f"groupby({names_of(verb.by)}, dropna=False, sort=False, as_index=False)"
        self._say(f"{subject}.{grouped}.agg(**{figures})")

    def _join(self, verb: verbs.Join, _: PandasWriter) -> None:
        stem = PurePosixPath(verb.path).stem
        keys, there = list(verb.keys), list(verb.keys_there)
        name = stem if stem.isidentifier() else "other"
        chosen = f"[{_list(dict.fromkeys([*there, *verb.columns]))}]" if verb.columns else ""
        self.tables[name] = f"{self._files(verb.path)}{chosen}.dropna(subset={_list(there)})"
        on = f"on={names_of(keys)}" if keys == there else f"left_on={_list(keys)}, right_on={_list(there)}"
        if verb.how in {"semi", "anti"}:
            sign = "~" if verb.how == "anti" else ""
            pairs = (
                f"pd.MultiIndex.from_frame(df[{_list(keys)}]).isin(pd.MultiIndex.from_frame({name}[{_list(there)}]))"
            )
            self._say(f"df[{sign}{pairs}]")
            return
        how = {"full": "outer"}.get(verb.how, verb.how)
        unique = ', validate="m:1"' if verb.unique else ""
        dropped = [new for old, new in zip(keys, there, strict=True) if old != new]
        drop = f".drop(columns={_list(dropped)})" if dropped else ""
        self._say(f'df.merge({name}, how={quote(how)}, {on}, suffixes=("", {quote(f"_{stem}")}){unique}){drop}')

    def _union(self, verb: verbs.Union, _: PandasWriter) -> None:
        path = PurePosixPath(verb.path)
        name = path.stem if path.stem.isidentifier() else "other"
        label = f".assign(**{{{quote(verb.label)}: {quote(path.name)}}})" if verb.label else ""
        typed = f'.astype({{{quote(verb.label)}: "string"}})' if verb.label else ""
        self.tables[name] = f"{self._files(verb.path)}{label}{typed}"
        self._say(f"pd.concat([df, {name}], ignore_index=True)")

    def _unpivot(self, verb: verbs.Unpivot, _: PandasWriter) -> None:
        names = f"var_name={quote(verb.variable)}, value_name={quote(verb.value)}"
        melted = f"df.melt(id_vars={_list(verb.beside)}, value_vars={_list(verb.columns)}, {names})"
        self._say(f'{melted}.astype({{{quote(verb.variable)}: "string"}})')

    def _explode(self, verb: verbs.Explode, _: PandasWriter) -> None:
        name = quote(verb.column)
        parts = f"df[{name}].str.split({quote(verb.separator)}, regex=False)"
        self._say(f'df.assign(**{{{name}: {parts}}}).explode({name}, ignore_index=True).astype({{{name}: "string"}})')

    def _repeat(self, verb: verbs.Repeat, _: PandasWriter) -> None:
        self._say(f"df.loc[df.index.repeat(df[{quote(verb.column)}])].reset_index(drop=True)")

    def _raw(self, verb: verbs.Raw, _: PandasWriter) -> None:
        if not verb.pandas:
            raise unsupported("This step", "pandas")
        self.lines += verb.pandas


def _masked(figure: verbs.Figure, writer: PandasWriter) -> str:
    assert figure.where is not None  # asked before
    condition = writer.text(figure.where)
    return condition if figure.function == "rows" else f"{writer.column(figure.column).text}.where({condition})"


def _broken(text: str) -> str:
    return text if len(text) <= WIDTH else f"(\n    {text}\n)"


_FIGURES = {
    "rows": '"size"', "count": '"count"', "sum": '"sum"', "mean": '"mean"', "median": '"median"', "min": '"min"',
    "max": '"max"', "std": '"std"', "var": '"var"', "distinct": "lambda values: values.nunique(dropna=False)",
    "q05": "lambda values: values.quantile(0.05)", "q25": "lambda values: values.quantile(0.25)",
    "q75": "lambda values: values.quantile(0.75)", "q95": "lambda values: values.quantile(0.95)",
    "mode": "lambda values: next(iter(values.mode()), pd.NA)",
    "values": 'lambda values: ", ".join(sorted(values.dropna().unique()))',
    "missing": "lambda values: values.isna().sum()", "first": "lambda values: values.iloc[0]",
    "last": "lambda values: values.iloc[-1]",
}  # fmt: skip


def _figure(figure: verbs.Figure, key: str) -> str:
    if figure.where is not None:
        beside = {"rows": '"sum"', "first": '"first"', "last": '"last"'}
        function = beside.get(figure.function, _FIGURES[figure.function])
        return f"({quote(figure.name)}, {function})"
    return f"({quote(figure.column or key)}, {_FIGURES[figure.function]})"


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(quote(name) for name in names)}]"
