"""The table of the wrangling benchmarks: ten million mixed rows, the same ones on every machine.

It is written in parts of bounded memory, once, into a folder of temporary files.
"""

import os
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    import polars as pl

ROWS = int(os.environ.get("ROWS", "10_000_000"))
GROUP = 131_072
_PART = 8 * GROUP
_START = 1_700_000_000
_CITIES = 5_000
_USERS = 2_000_000
_WORDS = """
the order was late but support answered quickly and refund arrived after we called twice package
looked fine colour differs from picture would buy again not sure about size good value cheap feeling
strong smell delivery
""".split()  # noqa: SIM905  # words read better than a list
_DIRTY = ("Phone", "phone ", "PHONE", " tablet", "Tablet", "desktop", "Desktop ", "n/a", "TV", "tv")
_COUNTRIES = tuple(f"{first}{second}" for first in "ABCDEF" for second in "ABCDE")


def table(rows: int = ROWS) -> Path:
    """Return the Parquet file with so many rows, written now if it is not there yet."""
    path = Path(gettempdir()) / "mlstudio-benchmarks" / f"sales-{rows}.parquet"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        _write(part, rows)
        part.replace(path)
    return path


def _write(path: Path, rows: int) -> None:
    import polars as pl
    from pyarrow import parquet

    writer = None
    for start in range(0, rows, _PART):
        made = _part(start, min(_PART, rows - start)).to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = writer or parquet.ParquetWriter(path, made.schema, compression="snappy")
        writer.write_table(made, row_group_size=GROUP)
    if writer is not None:
        writer.close()


def _part(start: int, rows: int) -> "pl.DataFrame":
    """Make some rows; each part has a seed of its own."""
    import numpy
    import polars as pl

    random = numpy.random.default_rng(start)
    ids = numpy.arange(start, start + rows)
    target = random.random(rows) < 0.05
    return pl.DataFrame(
        {
            "id": ids,
            "ts": pl.Series((_START + ids // 4 + random.integers(0, 30, rows)) * 1_000_000).cast(pl.Datetime("us")),
            "user_id": numpy.minimum(random.zipf(1.3, rows), _USERS),
            "country": _picked(random, _COUNTRIES, rows, skew=0.35),
            "device": _missing(_picked(random, _DIRTY, rows, skew=0.2), random, 0.03),
            "city": pl.Series([f"City {number}" for number in range(_CITIES)]).gather(
                random.integers(0, _CITIES, rows)
            ),
            "email": pl.select(pl.concat_str([pl.lit("user"), pl.lit(ids), pl.lit("@example.org")])).to_series(),
            "review": _missing(_sentences(random, rows), random, 0.4),
            "amount": _missing(_with_outliers(random, rows), random, 0.02),
            "qty": _missing(random.poisson(3, rows).astype("int32"), random, 0.01),
            "price": random.gamma(2.0, 15.0, rows).round(2),
            "score": _missing(random.normal(50, 10, rows), random, 0.08),
            "active": _missing(random.random(rows) < 0.7, random, 0.1),
            "day": pl.Series((_START // 86_400 + random.integers(0, 3_000, rows)).astype("int32")).cast(pl.Date),
            "refund": target * random.gamma(2.0, 20.0, rows),
            "target": target.astype("int8"),
        }
    )


def _picked(random: "numpy.random.Generator", names: tuple[str, ...], rows: int, *, skew: float) -> "pl.Series":
    """Choose names, the first ones more often."""
    import numpy
    import polars as pl

    shares = numpy.exp(-skew * numpy.arange(len(names)))
    chosen = random.choice(len(names), rows, p=shares / shares.sum())
    return pl.Series(names).gather(chosen)


def _sentences(random: "numpy.random.Generator", rows: int) -> "pl.Series":
    import polars as pl

    words = pl.Series(_WORDS)
    parts = [words.gather(random.integers(0, len(words), rows)) for _ in range(6)]
    return pl.select(pl.concat_str([pl.lit(part) for part in parts], separator=" ")).to_series()


def _with_outliers(random: "numpy.random.Generator", rows: int) -> "numpy.ndarray":
    import numpy

    return numpy.where(random.random(rows) < 0.001, 50, 1) * random.lognormal(3.0, 1.0, rows)


def _missing(values: object, random: "numpy.random.Generator", share: float) -> "pl.Series":
    import polars as pl

    given = pl.Series(values)
    return pl.select(pl.when(pl.lit(pl.Series(random.random(len(given)) >= share))).then(pl.lit(given))).to_series()


if __name__ == "__main__":
    print(table())
