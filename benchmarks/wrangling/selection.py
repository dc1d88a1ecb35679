"""Automatic feature selection beside scikit-learn's mutual information, on columns of which the truth is known.

Of 30 columns 8 decide the target, 6 are noisy copies of these and 16 are noise. A good choice keeps the 8, few of the
copies and nothing of the noise; `mutual_info_classif` can only rank, so its ten best are taken.
"""

import os
import resource
from time import perf_counter

import numpy as np
import polars as pl
from sklearn.feature_selection import mutual_info_classif

from jupyter_mlstudio.wrangling.selection.choosing import choose
from jupyter_mlstudio.wrangling.selection.types import SelectionSpec

ROWS = int(os.environ.get("SELECTION_ROWS", "100_000"))
INFORMATIVE, COPIES, NOISE = 8, 6, 16
TEN = 10


def main() -> None:
    """Measure and print the figures."""
    table = made(ROWS)
    begin = perf_counter()
    chosen = choose(table.lazy(), SelectionSpec(target="y"))
    ours = perf_counter() - begin
    begin = perf_counter()
    ranked = choose(table.lazy(), SelectionSpec(target="y", shuffles=0))
    quick = perf_counter() - begin
    begin = perf_counter()
    names = [name for name in table.columns if name != "y"]
    scores = mutual_info_classif(table.select(names).to_numpy(), table["y"].to_numpy(), random_state=0)
    theirs = perf_counter() - begin
    best = [names[at] for at in np.argsort(-scores)[:TEN]]
    for label, kept, seconds in (
        ("with shuffled targets", chosen.kept, ours),
        ("information and clusters only", ranked.kept, quick),
        ("mutual_info_classif, ten best", best, theirs),
    ):
        print(f"  {label}: informative/copies/noise {counts(kept)}, {seconds:.1f} s")
    informative, copies, noise = counts(chosen.kept)
    figure("selection_informative_kept", informative, "columns", INFORMATIVE, most=False)
    figure("selection_copies_kept", copies, "columns", 0, most=True)
    figure("selection_noise_kept", noise, "columns", 0, most=True)
    figure("selection_over_mutual_info", ours / theirs, "times", 1, most=True)
    figure("selection_quick_over_mutual_info", quick / theirs, "times", 0.1, most=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {ROWS:,} rows, {memory:.0f} MB at most")


def made(rows: int) -> pl.DataFrame:
    """Make the table: the copies go together with their originals by 0.95, the last informative columns are weak."""
    random = np.random.default_rng(0)
    true = random.normal(size=(rows, INFORMATIVE))
    weights = np.array([1.2, 1.0, -0.9, 0.8, -0.6, 0.5, 0.35, 0.25])
    chance = 1 / (1 + np.exp(-(true @ weights + 0.6 * true[:, 0] * true[:, 1] - 0.5)))
    columns = {f"x{at}": true[:, at] for at in range(INFORMATIVE)}
    columns |= {f"copy{at}": true[:, at] + random.normal(size=rows) * 0.33 for at in range(COPIES)}
    columns |= {f"noise{at}": random.normal(size=rows) for at in range(NOISE)}
    return pl.DataFrame(columns).with_columns(y=pl.Series((random.random(rows) < chance).astype(int)))


def counts(kept: "tuple[str, ...] | list[str]") -> tuple[int, int, int]:
    """Count informative columns, copies and noise."""
    return tuple(sum(name.startswith(word) for name in kept) for word in ("x", "copy", "noise"))  # type: ignore[return-value]


def figure(name: str, value: float, unit: str, bound: float, *, most: bool) -> None:
    """Print one promise."""
    kept = value <= bound if most else value >= bound
    print(f"FIGURE {name} {value:.2f} {unit} goal {bound} {'ok' if kept else 'short'}")


if __name__ == "__main__":
    main()
