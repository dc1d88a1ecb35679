"""A recipe of ten steps over ten million rows to Parquet, beside the same query written by hand in streaming Polars."""

from pathlib import Path
from tempfile import TemporaryDirectory

from _measure import figure, rounds
from _table import ROWS, table

SIDES = {
    "session": """
import os
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe
session, source = opened()
session.open(source)
view = session.apply(Recipe(steps=(
    steps.FilterRows(formula="price > 5"),
    steps.CleanText(columns=["device"], case="lower"),
    steps.RenameColumns(names=[{"column": "qty", "to": "quantity"}]),
    steps.FillMissing(columns=["score"], using="value", value=50.02),
    steps.FillMissing(columns=["quantity"], using="value", value=3),
    steps.DeriveColumn(name="total", formula="amount * quantity"),
    steps.ClipNumbers(columns=["total"], by="limits", lower=0, upper=751.64),
    steps.DateParts(column="ts", parts=["month", "weekday"]),
    steps.RoundNumbers(columns=["total"], digits=2),
    steps.DropColumns(columns=["refund"]),
)))
assert all(stage.state == "ran" for stage in view.stages), [stage.error for stage in view.stages]
(FOLDER / "session.parquet").unlink(missing_ok=True)
session.files.project = FOLDER
with timed("seconds"):
    session.run("session.parquet")
""",
    "polars": """
import polars as pl
table = (
    pl.scan_parquet(FILE)
    .filter(pl.col("price") > 5)
    .with_columns(pl.col("device").str.strip_chars().str.to_lowercase())
    .rename({"qty": "quantity"})
    .with_columns(pl.col("score").fill_null(50.02), pl.col("quantity").fill_null(3))
    .with_columns((pl.col("amount") * pl.col("quantity")).alias("total"))
    .with_columns(pl.col("total").clip(0, 751.64))
    .with_columns(pl.col("ts").dt.month().alias("ts_month"), pl.col("ts").dt.weekday().alias("ts_weekday"))
    .with_columns(pl.col("total").round(2))
    .drop("refund")
)
with timed("seconds"):
    table.sink_parquet(FOLDER / "polars.parquet")
""",
}


def main() -> None:
    """Measure and print the figures."""
    with TemporaryDirectory() as folder:
        found = rounds(SIDES, table(), Path(folder))
    ours, polars = found["session"], found["polars"]
    figure("whole_recipe_over_polars_by_hand", ours["seconds"] / polars["seconds"], "times", 1.2)
    shown = (f"{side} {each['seconds']:.1f} s {each['peak']:.0f} MB" for side, each in found.items())
    print(f"  {ROWS:,} rows;", *shown)


if __name__ == "__main__":
    main()
