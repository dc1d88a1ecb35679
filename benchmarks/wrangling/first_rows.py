"""From a file to its first 100 rows as the grid gets them, beside a bare Polars head of it and beside pandas.

The flights are repeated to a few million rows, so that reading everything costs something. Each side runs
in a process of its own, the sides take turns, and medians are compared. Imports are done before the clock starts.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 5
REPEATED = 10
FLIGHTS = Path(__file__).parents[2] / "sample_notebooks" / "data" / "flights.parquet"
SIDES = {
    "session": """
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FileSource
import polars
begin = time.perf_counter()
session = Session(Files(Path(sys.argv[1]).parent), dict)
session.open(FileSource(path=Path(sys.argv[1]).name))
session.window(start=0, stop=100)
""",
    "polars": """
import polars
begin = time.perf_counter()
polars.scan_parquet(sys.argv[1]).head(100).collect().write_ipc_stream(None)
""",
    "pandas": """
import pandas
begin = time.perf_counter()
pandas.read_parquet(sys.argv[1]).head(100).to_dict("list")
""",
}
MEASURED = """
import json, resource, sys, time
from pathlib import Path
{side}
seconds = time.perf_counter() - begin
print(json.dumps({{"seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}}))
"""


def main() -> None:
    """Measure and print the figures."""
    with TemporaryDirectory() as folder:
        table = Path(folder) / "flights.parquet"
        rows = repeat(table)
        rounds = [{side: measure(side, table) for side in SIDES} for _ in range(ROUNDS + 1)][1:]
    seconds = {side: median(each[side]["seconds"] for each in rounds) for side in SIDES}
    memory = {side: median(each[side]["memory"] for each in rounds) for side in SIDES}
    figure("first_rows_over_polars_head", seconds["session"] / seconds["polars"], "times", 3, most=True)
    figure("first_rows_faster_than_pandas", seconds["pandas"] / seconds["session"], "times", 30, most=False)
    figure("first_rows_memory_of_pandas", memory["session"] / memory["pandas"], "share", 0.3, most=True)
    print(f"  {rows:,} rows;", *(f"{side} {1000 * seconds[side]:.0f} ms {memory[side]:.0f} MB" for side in SIDES))


def repeat(table: Path) -> int:
    """Write the flights several times into one file, and return its rows."""
    import polars as pl

    flights = pl.scan_parquet(FLIGHTS)
    pl.concat([flights] * REPEATED).sink_parquet(table, row_group_size=131_072)
    return int(pl.scan_parquet(table).select(pl.len()).collect().item())


def measure(side: str, table: Path) -> dict[str, float]:
    """Run one side in a fresh process."""
    program = MEASURED.format(side=SIDES[side])
    done = subprocess.run([sys.executable, "-c", program, str(table)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def figure(name: str, value: float, unit: str, bound: float, *, most: bool) -> None:
    """Print one promise."""
    kept = value <= bound if most else value >= bound
    print(f"FIGURE {name} {value:.2f} {unit} goal {bound} {'ok' if kept else 'short'}")


if __name__ == "__main__":
    main()
