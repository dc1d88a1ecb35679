"""By example: finds formulas that give the wanted values, and where they differ."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.wrangling.assist.amounts import decimals, sums
from jupyter_mlstudio.wrangling.assist.choices import choices
from jupyter_mlstudio.wrangling.assist.joining import ways
from jupyter_mlstudio.wrangling.assist.moments import dates, read
from jupyter_mlstudio.wrangling.assist.pieces import texts
from jupyter_mlstudio.wrangling.assist.programs import Program, applied, named, usable
from jupyter_mlstudio.wrangling.formula import translate
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

_SHOWN = 3
_TRIED = 24
_COLUMNS = 12
_FORMATS_FROM = 200
_PER_MISSING = 5.0
_PER_EMPTY = 3.0


class Tried(NamedTuple):
    """A program with its values in all rows that were looked at."""

    program: Program
    values: "pl.Series"
    missing: int
    score: float


def synthesise(
    table: "pl.DataFrame", columns: Sequence[str], rows: Sequence[int], wanted: Sequence[str]
) -> list[Tried]:
    """Return at most three formulas that give the wanted texts and differ in other rows, the likeliest first."""
    goal = tuple(wanted)
    sources = _sources(table, columns, rows, goal)
    programs = [*_atoms(table, sources, goal), *_numbers_as_text(sources, goal)]
    found = [*sums(sources, goal), *ways(programs, goal), *choices(_repeating(table, sources), goal)]
    tried = [made for each in _likeliest(found) if (made := _tried(each, table, rows, goal)) is not None]
    different: list[Tried] = []
    for each in sorted(tried, key=lambda made: made.score):
        if not any(each.values.equals(other.values, null_equal=True) for other in different):
            different.append(each)
    return different[:_SHOWN]


def _repeating(table: "pl.DataFrame", sources: Sequence[Program]) -> list[Program]:
    """Make columns the less likely to be chosen by, the more different values they have."""
    shares = (table[source.column].n_unique() / table.height for source in sources)
    return [source._replace(cost=source.cost + 4 * share) for source, share in zip(sources, shares, strict=True)]


def _likeliest(found: Sequence[Program]) -> list[Program]:
    best: dict[str, Program] = {}
    for program in sorted(found, key=lambda each: each.cost):
        best.setdefault(program.formula, program)
    return list(best.values())[:_TRIED]


def _sources(
    table: "pl.DataFrame", columns: Sequence[str], rows: Sequence[int], wanted: tuple[str, ...]
) -> list[Program]:
    """Take the columns that have a value in all examples; of many those that look like a part of what is wanted."""
    found = []
    for place, name in enumerate(name for name in columns if usable(name)):
        values = tuple(table[name].gather(list(rows)).to_list())
        if None not in values and role_of(table[name].dtype) not in {"nested", "other"}:
            formula, said = named(name), tuple(values)
            if role_of(table[name].dtype) == "text" and str(table[name].dtype) != "String":
                formula, said = f"text({formula})", tuple(map(str, values))
            found.append(Program(formula, said, 0.04 * place, name, name))
    if len(found) <= _COLUMNS:
        return found
    return sorted(found, key=lambda each: -_overlap(each, wanted))[:_COLUMNS]


def _overlap(source: Program, wanted: tuple[str, ...]) -> float:
    """Say how much of the wanted text may come from a column."""
    value, text = str(source.values[0]).lower(), wanted[0].lower()
    words = [word for word in value.replace("-", " ").replace(".", " ").split() if word in text]
    return max((len(word) for word in words), default=0) + (value in text or text in value)


def _atoms(table: "pl.DataFrame", sources: Sequence[Program], wanted: tuple[str, ...]) -> list[Program]:
    made: list[Program] = []
    for source in sources:
        role = role_of(table[source.column].dtype)
        if role in {"date", "datetime"}:
            made += dates(source, ())
        elif role == "text":
            made += texts(source, wanted)
            present = table[source.column].drop_nulls().head(_FORMATS_FROM).cast(str).to_list()
            made += dates(source, read(present))
    return made


def _numbers_as_text(sources: Sequence[Program], wanted: tuple[str, ...]) -> list[Program]:
    """Write numbers as text, to be taken apart or joined like text."""
    import re

    made: list[Program] = []
    digits = {len(match) - 1 for match in re.findall(r"\.[0-9]+", wanted[0])} | {0}
    for source in sources:
        if all(isinstance(value, int) and not isinstance(value, bool) for value in source.values):
            as_text = source._replace(
                formula=f"text({source.formula})", values=tuple(map(str, source.values)), cost=source.cost + 0.3
            )
            made += texts(as_text, wanted)
            width = sum(sign.isdigit() for sign in wanted[0])
            padded = applied(
                as_text,
                "pad",
                (width, "0"),
                lambda text, n=width: text.rjust(n, "0"),
                0.8,
                f"{source.words} with {width} digits",
            )
            if padded and padded.values != as_text.values:
                made += texts(padded, wanted)
        elif all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in source.values):
            for count in digits:
                values = tuple(f"{value:.{count}f}" for value in source.values)
                words = f"{source.words} with {count} decimals"
                made.append(
                    source._replace(
                        formula=f"fixed({source.formula}, {count})", values=values, cost=source.cost + 0.6, words=words
                    )
                )
    return made


def _tried(program: Program, table: "pl.DataFrame", rows: Sequence[int], wanted: tuple[str, ...]) -> Tried | None:
    """Compute a program on all rows; drop it if Polars does not agree about the examples."""
    import polars as pl

    try:
        text = translate(program.formula, dict(table.schema)).argument()
        made = table.select(eval(f"({text})", {"pl": pl}).alias("made"))["made"]  # text of our own writer
    except (StudioError, pl.exceptions.PolarsError):
        return None
    given = made.gather(list(rows)).to_list()
    if not all(_same(value, want) for value, want in zip(given, wanted, strict=True)):
        return None
    inputs = [name for name in table.columns if name in _read(program.formula)]
    there = table.select(pl.all_horizontal(pl.col(inputs).is_not_null()))[:, 0] if inputs else None
    missing = int((made.is_null() & there).sum()) if there is not None else made.null_count()
    empty = int((made == "").sum()) if made.dtype == pl.String else 0
    score = program.cost + (_PER_MISSING * missing + _PER_EMPTY * empty) / max(made.len(), 1)
    return Tried(program, made, missing, score)


def _read(formula: str) -> set[str]:
    from jupyter_mlstudio.wrangling.formula import names_in

    return names_in(formula)


def _same(value: object, want: str) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return decimals((want,)) is not None and abs(value - float(want)) <= 1e-9 * max(
            1.0, abs(value)
        )  # equal but for rounding
    return value is not None and str(value) == want
