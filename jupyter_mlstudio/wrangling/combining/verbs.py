"""What a panel asks before it joins a file."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.combining.types import Allowed, JoinReport, Side
from jupyter_mlstudio.wrangling.execute import blamed
from jupyter_mlstudio.wrangling.sources.types import FileSource
from jupyter_mlstudio.wrangling.trusting import allow
from jupyter_mlstudio.wrangling.writing import require, role_of

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.session import Session

_EXAMPLES = 5
_HERE, _THERE = "__here__", "__there__"


class CombineVerbs:
    """Says what a join would do, and lets a recipe's own code run."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    def matches(
        self, path: str, keys: tuple[str, ...], keys_there: tuple[str, ...] = (), upto: int | None = None
    ) -> JoinReport:
        """Count how the keys of the table and of a file match."""
        stage = self._session.stage(upto)
        other = self._session.files.open(FileSource(path=path)).table
        with blamed(self._session.trail.until(stage)):
            return report(stage.table, other, keys, keys_there or keys)

    def allow(self, code: str) -> Allowed:
        """Let the code of a step run in this project from now on; its user has read it."""
        allow(code)
        return Allowed(code=code)


def report(
    here: "pl.LazyFrame", there: "pl.LazyFrame", keys: tuple[str, ...], keys_there: tuple[str, ...]
) -> JoinReport:
    """Count how the keys of two tables match.

    Raises:
        InvalidError: A key is missing, or two of them hold different kinds of values.
    """
    import polars as pl

    _comparable(here, there, keys, keys_there)
    counted = _counted(here, keys, keys, _HERE).join(
        _counted(there, keys_there, keys, _THERE), on=list(keys), how="full", coalesce=True
    )
    table = counted.with_columns(pl.col(_HERE, _THERE).fill_null(0)).collect(engine="streaming")
    return JoinReport(
        here=_side(here, table, keys, keys, (_HERE, _THERE)),
        there=_side(there, table, keys_there, keys, (_THERE, _HERE)),
        rows_after=_after(here, there, table),
    )


def _comparable(
    here: "pl.LazyFrame", there: "pl.LazyFrame", keys: tuple[str, ...], keys_there: tuple[str, ...]
) -> None:
    ours, theirs = here.collect_schema(), there.collect_schema()
    require(keys, ours)
    require(keys_there, theirs)
    if not keys or len(keys) != len(keys_there):
        raise InvalidError("keys_there: name as many keys as in “keys”, or none.")
    for one, two in zip(keys, keys_there, strict=True):
        if role_of(ours[one]) != role_of(theirs[two]):
            raise InvalidError(
                f"“{one}” holds {ours[one]} here and “{two}” {theirs[two]} in the file. Change a type before.",
                code="wrong_type",
            )


def _counted(table: "pl.LazyFrame", keys: tuple[str, ...], names: tuple[str, ...], count: str) -> "pl.LazyFrame":
    """Count the rows of each key that is complete."""
    import polars as pl

    chosen = [pl.col(key).alias(name) for key, name in zip(keys, names, strict=True)]
    return table.select(chosen).drop_nulls().group_by(list(names)).agg(pl.len().cast(pl.Int64).alias(count))


def _side(
    table: "pl.LazyFrame",
    counted: "pl.DataFrame",
    keys: tuple[str, ...],
    names: tuple[str, ...],
    sides: tuple[str, str],
) -> Side:
    import polars as pl

    mine, other = (pl.col(side) for side in sides)
    rows = int(table.select(pl.len()).collect().item())
    matched, unmatched, different, repeated = counted.select(
        mine.filter(other > 0).sum().alias("matched"),
        mine.filter(other == 0).sum().alias("unmatched"),
        (mine > 0).sum().alias("keys"),
        (mine > 1).sum().alias("repeated"),
    ).row(0)
    lonely = counted.filter((mine > 0) & (other == 0)).sort(sides[0], *names, descending=[True, *[False] * len(names)])
    examples = tuple(", ".join(str(value) for value in row) for row in lonely.select(names).head(_EXAMPLES).rows())
    return Side(
        rows=rows, matched=matched, unmatched=unmatched, missing=rows - matched - unmatched, keys=different,
        repeated=repeated, examples=examples,
    )  # fmt: skip


def _after(here: "pl.LazyFrame", there: "pl.LazyFrame", counted: "pl.DataFrame") -> dict[str, int]:
    import polars as pl

    rows, others = (int(table.select(pl.len()).collect().item()) for table in (here, there))
    ours, theirs = pl.col(_HERE), pl.col(_THERE)
    pairs, matched, met = counted.select(
        (ours * theirs).sum().alias("pairs"),
        ours.filter(theirs > 0).sum().alias("matched"),
        theirs.filter(ours > 0).sum().alias("met"),
    ).row(0)
    return {
        "inner": pairs, "left": pairs + rows - matched, "full": pairs + rows - matched + others - met,
        "semi": matched, "anti": rows - matched,
    }  # fmt: skip
