"""Eight rules on the benchmark's table, from the file: one streaming aggregate, beside pandera and a bare scan.

Each side runs in a process of its own, the sides take turns, and medians are compared.
"""

import json
import subprocess
import sys
from statistics import median

from _table import table

ROUNDS = 3
SIDES = {
    "rules": """
from jupyter_mlstudio.wrangling.rules.check import check
from jupyter_mlstudio.wrangling.rules.rule import InRange, InSet, Length, Matches, NotMissing, RowCount, Unique
import polars as pl
rules = [
    NotMissing(column="user_id"), InRange(column="price", least=0), InRange(column="qty", least=0, most=1000),
    InSet(column="device", values=("web", "ios", "android")),
    Matches(column="email", pattern=r"[^@]+@[^@]+\\.[a-z]+"), Length(column="city", most=60), RowCount(least=1),
    Unique(columns=("id",)),
]
check(pl.scan_parquet(sys.argv[1]).head(10), rules)
begin = time.perf_counter()
report = check(pl.scan_parquet(sys.argv[1]), rules)
""",
    "pandera": """
import pandera.polars as pa, polars as pl
schema = pa.DataFrameSchema({
    "user_id": pa.Column(nullable=False), "price": pa.Column(checks=pa.Check.ge(0), nullable=True),
    "qty": pa.Column(checks=pa.Check.in_range(0, 1000), nullable=True), "device": pa.Column(nullable=True),
    "email": pa.Column(checks=pa.Check.str_matches(r"^[^@]+@[^@]+\\.[a-z]+$"), nullable=True),
    "city": pa.Column(checks=pa.Check.str_length(max_value=60), nullable=True), "id": pa.Column(unique=True),
})
begin = time.perf_counter()
try:
    schema.validate(pl.read_parquet(sys.argv[1]), lazy=True)
except pa.errors.SchemaErrors:
    pass
""",
    "scan": """
import polars as pl
columns = ["user_id", "price", "qty", "device", "email", "city", "id"]
begin = time.perf_counter()
pl.scan_parquet(sys.argv[1]).select(pl.col(columns).null_count()).collect(engine="streaming")
pl.scan_parquet(sys.argv[1]).select(pl.col(columns).min()).collect(engine="streaming")
""",
}
MEASURED = """
import json, resource, sys, time
{side}
seconds = time.perf_counter() - begin
print(json.dumps({{"seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}}))
"""


def main() -> None:
    """Measure and print the figures."""
    path = table(int(sys.argv[1])) if len(sys.argv) > 1 else table()
    rounds = [{side: measure(side, str(path)) for side in SIDES} for _ in range(ROUNDS)]
    seconds = {side: median(each[side]["seconds"] for each in rounds) for side in SIDES}
    memory = {side: median(each[side]["memory"] for each in rounds) for side in SIDES}
    ratio = seconds["pandera"] / seconds["rules"]
    print(f"FIGURE rules_faster_than_pandera {ratio:.2f} times goal 1 {'ok' if ratio >= 1 else 'short'}")
    print("  " + "; ".join(f"{side} {seconds[side]:.2f} s {memory[side]:.0f} MB" for side in SIDES))


def measure(side: str, path: str) -> dict[str, float]:
    """Run one side in a fresh process."""
    code = MEASURED.format(side=SIDES[side])
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", code, path], check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(run.stdout)
    return measured


if __name__ == "__main__":
    main()
