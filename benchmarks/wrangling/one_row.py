"""One row through a fitted recipe of ten steps, as a pandas frame and as plain values, beside pandas by hand."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

FLIGHTS = Path(__file__).parents[2] / "sample_notebooks" / "data" / "flights.parquet"
ROUNDS = 21
CALLS = 50


def main() -> None:
    """Measure and print the figures; the sides take turns."""
    import pandas as pd

    from jupyter_mlstudio import RecipeTransformer

    flights = pd.read_parquet(FLIGHTS)
    fitted = RecipeTransformer(recipe()).fit(flights.head(50_000))
    one = flights.iloc[[5]]
    row = one.to_dict("records")[0]
    sides: dict[str, Callable[[], object]] = {
        "frame": lambda: fitted.transform(one),
        "row": lambda: fitted.transform_row(row),
        "hand": lambda: by_hand(one),
    }
    rounds = [{side: milliseconds(call) for side, call in sides.items()} for _ in range(ROUNDS + 1)][1:]
    taken = {side: median(each[side] for each in rounds) for side in sides}
    print(f"FIGURE one_row_frame {taken['frame']:.3f} ms goal 1 {'ok' if taken['frame'] <= 1 else 'short'}")
    print(f"FIGURE one_row_values {taken['row']:.3f} ms goal 1 {'ok' if taken['row'] <= 1 else 'short'}")
    print(f"  the same six of ten steps written by hand in pandas: {taken['hand']:.2f} ms")


def recipe() -> object:
    """Return ten steps of the kinds that travel in a model."""
    from jupyter_mlstudio import Recipe, steps

    return Recipe(
        steps=(
            steps.FillMissing(columns=("dep_delay", "air_time")),
            steps.DeriveColumn(name="speed", formula="distance / air_time * 60"),
            steps.ClipNumbers(columns=("speed",)),
            steps.ScaleNumbers(columns=("distance",)),
            steps.DeriveColumn(name="hub", formula='origin in ["JFK", "EWR"]'),
            steps.CleanText(columns=("dest",), case="lower"),
            steps.DeriveColumn(name="route", formula='join(origin, "-", dest)'),
            steps.OrdinalEncode(columns=("carrier",)),
            steps.DateParts(column="time_hour"),
            steps.DropColumns(columns=("tailnum", "time_hour")),
        )
    )


def by_hand(frame: object) -> object:
    """Do six of the ten steps in plain pandas."""
    made = frame.assign(air_time=frame["air_time"].fillna(129.0), dep_delay=frame["dep_delay"].fillna(-2.0))
    made["speed"] = (made["distance"] / made["air_time"] * 60).clip(100, 500)
    made["hub"] = made["origin"].isin(["JFK", "EWR"])
    made["dest"] = made["dest"].str.strip().str.lower()
    made["route"] = made["origin"] + "-" + made["dest"]
    return made.drop(columns=["tailnum", "time_hour"])


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long one call takes, over several."""
    begin = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - begin) / CALLS * 1_000


if __name__ == "__main__":
    main()
