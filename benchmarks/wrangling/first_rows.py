"""From a file of ten million rows to the first hundred as the grid gets them, beside a bare Polars head and pandas.

Imports are done before the clock starts.
"""

from pathlib import Path

from _measure import figure, rounds
from _table import ROWS, table

SIDES = {
    "session": """
import polars
session, source = opened()
with timed("seconds"):
    session.open(source)
    session.window(start=0, stop=100)
""",
    "polars": """
import polars
with timed("seconds"):
    polars.scan_parquet(FILE).head(100).collect().write_ipc_stream(None)
""",
    "pandas": """
import pandas
with timed("seconds"):
    pandas.read_parquet(FILE).head(100).to_dict("list")
""",
}


def main() -> None:
    """Measure and print the figures."""
    found = rounds(SIDES, table(), Path())
    session, polars, pandas = (found[side] for side in SIDES)
    figure("first_rows", 1000 * session["seconds"], "ms", 100)
    figure("first_rows_over_polars_head", session["seconds"] / polars["seconds"], "times", 3)
    figure("first_rows_faster_than_pandas", pandas["seconds"] / session["seconds"], "times", 30, most=False)
    figure("first_rows_memory_of_pandas", session["peak"] / pandas["peak"], "share", 0.3)
    shown = (f"{side} {1000 * each['seconds']:.0f} ms {each['peak']:.0f} MB" for side, each in found.items())
    print(f"  {ROWS:,} rows;", *shown)


if __name__ == "__main__":
    main()
