"""The quality and insights report on a million rows, beside a plain description of the same table by pandas.

The report is cold: a fresh process each time, its imports and the reading of the file are in the figure. pandas counts
gaps, values and moments only; it has no findings, no comparison with the target and no model.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import _table

ROUNDS = 3
ROWS = 1_000_000
SIDES = {
    "report": """
import polars
from jupyter_mlstudio.wrangling.report.insights import report_of
report = report_of(polars.scan_parquet(sys.argv[1]), "target")
found = sorted({each.kind for each in report.insights})
""",
    "report without a target": """
import polars
from jupyter_mlstudio.wrangling.report.insights import report_of
report = report_of(polars.scan_parquet(sys.argv[1]))
found = sorted({each.kind for each in report.insights})
""",
    "pandas": """
import pandas
frame = pandas.read_parquet(sys.argv[1])
frame.describe(include="all"), frame.isna().sum(), frame.nunique(), frame.duplicated().sum()
found = []
""",
}
MEASURED = """
import json, resource, sys, time
begin = time.perf_counter()
{side}
seconds = time.perf_counter() - begin
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({{"seconds": seconds, "memory": memory, "found": found}}))
"""


def main() -> None:
    """Measure and print the figures."""
    path = _table.table(ROWS)
    rounds = [{side: measure(side, path) for side in SIDES} for _ in range(ROUNDS)]
    seconds = {side: median(each[side]["seconds"] for each in rounds) for side in SIDES}
    memory = {side: median(each[side]["memory"] for each in rounds) for side in SIDES}
    figure("report_seconds_of_a_million_rows", seconds["report"], "s", 8)
    figure("report_over_pandas_description", seconds["report"] / seconds["pandas"], "times", 1.5)
    figure("report_memory_of_pandas", memory["report"] / memory["pandas"], "share", 1)
    for side in SIDES:
        print(f"  {side}: {seconds[side]:.1f} s, {memory[side]:.0f} MB", *rounds[0][side]["found"])


def measure(side: str, path: Path) -> "dict[str, float]":
    """Run one side in a fresh process."""
    program = MEASURED.format(side=SIDES[side])
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def figure(name: str, value: float, unit: str, bound: float) -> None:
    """Print one promise."""
    print(f"FIGURE {name} {value:.2f} {unit} goal {bound} {'ok' if value <= bound else 'short'}")


if __name__ == "__main__":
    main()
