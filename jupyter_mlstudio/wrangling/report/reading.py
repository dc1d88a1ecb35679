"""What the report reads of a table: a few exact figures of all rows, and everything of a sample."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.figures import Role
from jupyter_mlstudio.wrangling.report.types import Exactness
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

SAMPLE = 100_000
"""Larger tables are judged by about so many rows, chosen by chance."""

ROW = "__row__"
_FACTOR = 0x9E3779B97F4A7C15
_WORD = 2**32
_PLAIN: frozenset[Role] = frozenset({"number", "text", "boolean", "date", "datetime", "time", "duration"})


class Facts(NamedTuple):
    """What is known of a column over all rows."""

    name: str
    role: Role
    missing: int
    infinite: int
    constant: bool
    """Whether all its values are the same; a column without values is not."""
    unique: bool
    """Whether each value stands there once only."""


class Reading(NamedTuple):
    """A table as the report knows it."""

    rows: int
    facts: Mapping[str, Facts]
    sample: "pl.DataFrame"
    places: "pl.Series"
    """Number of each row of the sample in the table."""
    repeated: int
    """Rows that are the same as an earlier one."""

    @property
    def exactness(self) -> Exactness:
        """Whether the sample is everything."""
        return "exact" if self.sample.height == self.rows else "sampled"

    def plain(self) -> list[str]:
        """Return the columns whose values can be compared."""
        return [name for name, facts in self.facts.items() if facts.role in _PLAIN]


def read(table: "pl.LazyFrame", rows: int | None = None, most: int = SAMPLE) -> Reading:
    """Read a table: its sample, and what only all rows can tell."""
    import polars as pl

    if rows is None:
        rows = int(table.select(pl.len()).collect(engine="streaming").item())
    sampled = _sample(table, rows, most)
    places, sample = sampled[ROW], sampled.drop(ROW)
    if sample.height == rows:
        table = sample.lazy()
    roles = {name: role_of(dtype) for name, dtype in sample.schema.items()}
    counted = _counted(table, sample, roles)
    facts = {name: _facts(name, role, rows, counted) for name, role in roles.items()}
    plain = [name for name, role in roles.items() if role in _PLAIN]
    unique = any(each.unique and not each.missing for each in facts.values())
    repeated = 0 if unique or not plain else _repeated(table, plain, rows)
    return Reading(rows, facts, sample, places, repeated)


def _sample(table: "pl.LazyFrame", rows: int, most: int) -> "pl.DataFrame":
    """Take rows by chance, the same ones each time: a multiplicative hash of the row's number decides."""
    import polars as pl

    numbered = table.with_row_index(ROW)
    if rows <= most:
        return numbered.collect()
    limit = int(_WORD * most / rows)
    mixed = (pl.col(ROW).cast(pl.UInt64) * (_FACTOR >> 32) + 0x85EBCA6B) % _WORD
    spread = (mixed ^ (mixed // 2**15)) * 0x2C1B3C6D % _WORD
    return numbered.filter((spread ^ (spread // 2**12)) % _WORD < limit).collect(engine="streaming")


def _counted(table: "pl.LazyFrame", sample: "pl.DataFrame", roles: Mapping[str, Role]) -> Mapping[str, int]:
    """Count over all rows what is counted cheaply, and what the sample leaves open."""
    import polars as pl

    parts = [pl.col(name).null_count().alias(f"missing {name}") for name in roles]
    parts += [
        pl.col(name).is_infinite().sum().alias(f"infinite {name}") for name, t in sample.schema.items() if t.is_float()
    ]
    for name, role in roles.items():
        present = sample[name].drop_nulls() if role in _PLAIN else sample[name].head(0)
        if present.is_empty():
            continue
        different = present.n_unique()
        if different == 1:
            parts.append((pl.col(name).drop_nulls().n_unique() == 1).cast(pl.Int64).alias(f"constant {name}"))
        elif different == present.len():
            parts.append(pl.col(name).drop_nulls().n_unique().alias(f"distinct {name}"))
    return dict(table.select(parts).collect(engine="streaming").row(0, named=True)) if parts else {}


def _facts(name: str, role: Role, rows: int, counted: Mapping[str, int]) -> Facts:
    missing = counted[f"missing {name}"]
    return Facts(
        name=name,
        role=role,
        missing=missing,
        infinite=counted.get(f"infinite {name}") or 0,
        constant=bool(counted.get(f"constant {name}")),
        unique=rows > missing and counted.get(f"distinct {name}") == rows - missing,
    )


def _repeated(table: "pl.LazyFrame", names: list[str], rows: int) -> int:
    """Count the rows that are the same as an earlier one, by a hash of 64 bits each."""
    import polars as pl

    hashes = table.select(pl.struct(names).hash().alias("hash"))
    return rows - int(hashes.select(pl.col("hash").n_unique()).collect(engine="streaming").item())
