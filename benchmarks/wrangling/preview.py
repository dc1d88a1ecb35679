"""The preview of an edited step among thirty on ten million rows, and going back and forth, beside Polars by hand."""

from pathlib import Path

from _measure import figure, rounds
from _table import ROWS, table

_RECIPE = """
import statistics
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe
session, source = opened()
session.open(source)
made = [steps.DeriveColumn(name=f"x{place}", formula=f"price * {place + 1} + amount") for place in range(26)]
made[3:3] = [
    steps.FillMissing(columns=["score"]),
    steps.FillMissing(columns=["device"], using="value", value="?"),
    steps.ScaleNumbers(columns=["qty"]),
    steps.FilterRows(formula="price > 5"),
]
recipe = session.apply(Recipe(steps=tuple(made))).recipe
session.window(start=0, stop=100)

def edited(number):
    changed = list(recipe.steps)
    changed[10] = steps.DeriveColumn(name="x6", formula=f"price * {number}")
    return Recipe(steps=tuple(changed))

def median(act):
    taken = []
    for number in range(11):
        begin = time.perf_counter()
        act(number)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)
"""
SIDES = {
    "session": f"""{_RECIPE}
off = Recipe(steps=(*recipe.steps[:12], recipe.steps[12].model_copy(update={{"on": False}}), *recipe.steps[13:]))
session.apply(off)
measured["preview"] = median(lambda n: session.preview(edited(1_000 + n).steps[10], 10, True))
measured["apply"] = median(lambda n: session.apply(edited(2_000 + n)))
measured["toggle"] = median(lambda n: (session.apply((recipe, off)[n % 2]), session.window(start=0, stop=100)))
""",
    "polars": """
import statistics
import polars as pl

def chain(number):
    table = pl.scan_parquet(FILE)
    for place in range(26):
        factor = number if place == 6 else place + 1
        table = table.with_columns((pl.col("price") * factor + pl.col("amount")).alias(f"x{place}"))
        if place == 3:
            table = table.with_columns(pl.col("score").fill_null(50.0), pl.col("device").fill_null("?"))
            table = table.with_columns((pl.col("qty") - 3) / 1.7).filter(pl.col("price") > 5)
    return table.head(100).collect()

taken = []
for number in range(11):
    begin = time.perf_counter()
    chain(number)
    taken.append(time.perf_counter() - begin)
measured["preview"] = statistics.median(taken)
""",
}


def main() -> None:
    """Measure and print the figures."""
    found = rounds(SIDES, table(), Path())
    ours, polars = found["session"], found["polars"]
    figure("preview_of_an_edit_among_30_steps", 1000 * ours["preview"], "ms", 150)
    figure("preview_over_polars_by_hand", ours["preview"] / polars["preview"], "times", 2)
    figure("undo_redo_toggle", 1000 * ours["toggle"], "ms", 100)
    print(f"  {ROWS:,} rows; the edit in the recipe {1000 * ours['apply']:.0f} ms,", end=" ")
    print(f"Polars by hand {1000 * polars['preview']:.0f} ms; memory {ours['peak']:.0f} and {polars['peak']:.0f} MB")


if __name__ == "__main__":
    main()
