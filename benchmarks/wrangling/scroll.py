"""Random jumps in a table that is filtered and sorted, beside sorting anew for every window."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FileSource

JUMPS = 40
SLOW_JUMPS = 5
REPEATED = 5
FLIGHTS = Path(__file__).parents[2] / "sample_notebooks" / "data" / "flights.parquet"
SORT = (SortKey(column="dep_delay", descending=True), SortKey(column="distance"))
KEPT = (Condition(column="origin", test="==", value="JFK"),)


def main() -> None:
    """Measure and print the figures."""
    import polars as pl

    with TemporaryDirectory() as folder:
        pl.concat([pl.scan_parquet(FLIGHTS)] * REPEATED).sink_parquet(Path(folder) / "flights.parquet")
        session = Session(Files(Path(folder)), dict)
        session.open(FileSource(path="flights.parquet"))
        first, total = timed(lambda: session.window(start=0, stop=100, sort=SORT, filter=KEPT)[0].rows_total)
        starts = [random.Random(7).randrange(total - 100) for _ in range(JUMPS)]
        jumps = [
            timed(lambda at=at: session.window(start=at, stop=at + 100, sort=SORT, filter=KEPT))[0] for at in starts
        ]
        table = pl.read_parquet(Path(folder) / "flights.parquet")
        slow = [timed(lambda at=at: naive(table, at))[0] for at in starts[:SLOW_JUMPS]]
        session.close()
    figure("scroll_p95", quantiles(jumps, n=20)[18] * 1000, "ms", 50, most=True)
    figure("scroll_faster_than_sorting_each_time", median(slow) / median(jumps), "times", 40, most=False)
    figure("scroll_first_window_of_a_new_order", first * 1000, "ms", 1000, most=True)


def naive(table: object, at: int) -> object:
    """Sort and filter again for one window."""
    import polars as pl

    assert isinstance(table, pl.DataFrame)
    kept = table.lazy().filter(pl.col("origin") == "JFK")
    return kept.sort("dep_delay", "distance", descending=[True, False], nulls_last=True).slice(at, 100).collect()


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long something takes, and what it makes."""
    begin = time.perf_counter()
    made = act()
    return time.perf_counter() - begin, made


def figure(name: str, value: float, unit: str, bound: float, *, most: bool) -> None:
    """Print one promise."""
    kept = value <= bound if most else value >= bound
    print(f"FIGURE {name} {value:.2f} {unit} goal {bound} {'ok' if kept else 'short'}")


if __name__ == "__main__":
    main()
