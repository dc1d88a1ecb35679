"""Random jumps in ten million rows that are filtered and sorted by two keys, beside sorting anew for every window.

The session runs as in a panel: the file is opened, profiled, and then sorted. Memory is what it holds at the end
beside mapped files, which the system takes back when it needs to.
"""

from pathlib import Path

from _measure import figure, rounds
from _table import ROWS, table

SIDES = {
    "session": """
import random
import statistics
from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
session, source = opened()
session.open(source)
session.window(start=0, stop=100)
session.profile(tier="exact")
order = {
    "sort": (SortKey(column="amount", descending=True), SortKey(column="ts")),
    "filter": (Condition(column="country", test="==", value="AB"), Condition(column="price", test=">", value=5)),
}
with timed("far"):
    session.window(start=9_000_000, stop=9_000_100)
with timed("first"):
    total = session.window(start=0, stop=100, **order)[0].rows_total
with timed("near"):
    session.windows.source.frame()
from jupyter_mlstudio.wrangling.orders import Order
with timed("index"):
    session.windows.order(session.stage(), Order(order["sort"][::-1], order["filter"]))
jumps = []
for seed in range(100):
    at = random.Random(seed).randrange(total - 100)
    begin = time.perf_counter()
    session.window(start=at, stop=at + 100, **order)
    jumps.append(time.perf_counter() - begin)
measured |= {"p50": statistics.median(jumps), "p95": statistics.quantiles(jumps, n=20)[18]}
""",
    "naive": """
import statistics
import polars as pl
table = pl.scan_parquet(FILE).filter(pl.col("country") == "AB", pl.col("price") > 5)
table = table.sort("amount", "ts", descending=[True, False], nulls_last=True)
jumps = []
for at in (1_000, 500_000, 1_500_000):
    begin = time.perf_counter()
    table.slice(at, 100).collect(engine="streaming")
    jumps.append(time.perf_counter() - begin)
measured["p50"] = statistics.median(jumps)
""",
}


def main() -> None:
    """Measure and print the figures."""
    found = rounds(SIDES, table(), Path())
    ours, naive = found["session"], found["naive"]
    figure("scroll_p95", 1000 * ours["p95"], "ms", 15)
    figure("scroll_index", ours["index"], "s", 0.6)
    figure("scroll_faster_than_sorting_each_time", naive["p50"] / ours["p50"], "times", 40, most=False)
    figure("scroll_first_window_of_a_new_order", ours["first"], "s", 1)
    figure("scroll_memory", ours["held"], "MB", 700)
    print(f"  {ROWS:,} rows; p50 {1000 * ours['p50']:.1f} ms, unsorted jump {1000 * ours['far']:.0f} ms,", end=" ")
    print(f"sorted each time {naive['p50']:.2f} s {naive['peak']:.0f} MB")
    print(f"  processors worked: index {ours['index_worked']:.2f} s, first window {ours['first_worked']:.2f} s")


if __name__ == "__main__":
    main()
