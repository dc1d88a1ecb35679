"""Sixty-four callers at once: our endpoint beside `mlflow models serve`, and beside a fixed answer of our server."""

from statistics import median

import _peers
from _contest import Contest, fixed
from _load import ratio, told, turns
from _project import MODELS, figure, project

CLIENTS, ROUNDS = 64, 3
SECONDS = {"linear": 2, "mixed": 4, "forest": 15}
"""So long that mlflow answers some of so many callers at all."""


def main() -> None:
    """Measure and print the figures."""
    with project() as studio:
        contest = Contest(studio)
        for name in MODELS:
            beside_mlflow(contest, name)
        with fixed(contest.folder / "fixed", contest.ours["linear"]) as side:
            ours, limit = turns([contest.ours["linear"], side], CLIENTS, 1, 5)
            print(told("linear, ours", ours), told("a fixed answer", limit), sep="\n")
            figure("linear_share_of_fixed_c64", ratio(ours, limit, "rate"), "x", 0.6, most=False)


def beside_mlflow(contest: Contest, name: str) -> None:
    """Load both in turns with one model."""
    with _peers.mlflow(contest.folder.parent / name) as url:
        side = contest.checked("mlflow", {name: f"{url}/invocations"})[name]
        ours, theirs = turns([contest.ours[name], side], CLIENTS, SECONDS[name], ROUNDS)
    print(told(f"{name}, ours", ours), told(f"{name}, mlflow", theirs), sep="\n", flush=True)
    assert not sum(each.failed for each in ours), "requests failed"
    figure(f"{name}_to_mlflow_c64", ratio(ours, theirs, "rate"), "x", 300, most=False)
    p99 = median(each.p99 for each in ours) / median(each.p99 for each in theirs)
    figure(f"{name}_p99_to_mlflow_c64", p99, "x", 0.01, most=True)


if __name__ == "__main__":
    main()
