"""The profile of every column of ten million rows, tier by tier, beside DuckDB's SUMMARIZE and one pass of Polars."""

from pathlib import Path

from _measure import figure, rounds
from _table import ROWS, table

SIDES = {
    "session": """
import polars
session, source = opened()
session.open(source)
with timed("facts"):
    session.profile(tier="facts")
with timed("sampled"):
    session.profile(tier="sampled")
with timed("exact"):
    session.profile(tier="exact")
with timed("quantiles"):
    session.profile(tier="quantiles")
""",
    "polars": """
import polars as pl
table = pl.scan_parquet(FILE)
numbers = pl.selectors.numeric()
asked = [pl.all().null_count().name.suffix(".missing"), pl.all().approx_n_unique().name.suffix(".distinct")]
for name in ("min", "max", "mean", "std"):
    asked.append(getattr(numbers, name)().name.suffix("." + name))
with timed("seconds"):
    table.select(asked).collect(engine="streaming")
""",
    "duckdb": """
import duckdb
with timed("seconds"):
    duckdb.sql(f"SUMMARIZE SELECT * FROM '{FILE}'").fetchall()
""",
}


def main() -> None:
    """Measure and print the figures."""
    found = rounds(SIDES, table(), Path())
    ours, pass_, summarize = found["session"], found["polars"]["seconds"], found["duckdb"]["seconds"]
    exact = ours["sampled"] + ours["exact"]
    whole = exact + ours["quantiles"]
    figure("profile_sampled", ours["sampled"], "s", 0.5)
    figure("profile_exact", exact, "s", 2.5)
    figure("profile_quantiles", whole, "s", 7)
    figure("profile_memory", ours["peak"], "MB", 1000)
    figure("profile_exact_over_one_polars_pass", exact / pass_, "times", 2.5)
    figure("profile_exact_faster_than_summarize", summarize / exact, "times", 4, most=False)
    figure("profile_quantiles_faster_than_summarize", summarize / whole, "times", 1.3, most=False)
    print(f"  {ROWS:,} rows; facts {1000 * ours['facts']:.0f} ms,", end=" ")
    print(f"Polars pass {pass_:.2f} s, SUMMARIZE {summarize:.1f} s")
    worked = (f"{tier} {ours[f'{tier}_worked']:.1f}" for tier in ("sampled", "exact", "quantiles"))
    print("  processors worked, in seconds:", *worked, f"Polars pass {found['polars']['seconds_worked']:.1f}")
    print("  memory:", *(f"{side} {each['peak']:.0f} MB" for side, each in found.items()))


if __name__ == "__main__":
    main()
