"""Single rows: our endpoint beside mlflow, MLServer, LitServe, Ray Serve and BentoML, with the same models.

All are loaded by wrk in turns, ours with its key check and its counters. Every server's first answer is compared with
ours before it is loaded. `python single_row.py linear` measures one model only.
"""

import sys
from statistics import median

from _contest import BATCHING, Contest, fixed
from _load import Load, ratio, told, turns
from _project import MODELS, figure, project

CLIENTS, ROUNDS, SECONDS = 8, 3, 1
TO_MLFLOW = {"linear": 200, "mixed": 200, "forest": 400}
TO_BEST = {"linear": ("best_peer", 20), "mixed": ("best_batching_peer", 40), "forest": ("best_batching_peer", 50)}
P50 = {"linear": 0.15, "mixed": 0.3, "forest": 0.3}


def main() -> None:
    """Measure and print the figures."""
    models = tuple(sys.argv[1:]) or MODELS
    with project() as studio:
        contest = Contest(studio, models)
        for name in models:
            alone(contest, name)
        with fixed(contest.folder / "fixed", contest.ours[models[0]]) as side:
            ours, limit = turns([contest.ours[models[0]], side], CLIENTS, SECONDS, 2 * ROUNDS - 1)
            print(told(f"{models[0]}, ours", ours), told("a fixed answer", limit), sep="\n")
            figure(f"{models[0]}_share_of_fixed_c8", ratio(ours, limit, "rate"), "x", 0.6, most=False)
        beside: dict[str, dict[str, float]] = {name: {} for name in models}
        with contest.peers() as peers:
            for peer, sides in peers:
                for name, side in sides.items():
                    ours, theirs = turns([contest.ours[name], side], CLIENTS, SECONDS, ROUNDS)
                    print(told(f"{name}, ours", ours), told(f"{name}, {peer}", theirs), sep="\n", flush=True)
                    beside[name][peer] = ratio(ours, theirs, "rate")
                    whole(ours)
        for name in models:
            tell(name, beside[name])


def alone(contest: Contest, name: str) -> None:
    """Measure how long one caller waits."""
    (loads,) = turns([contest.ours[name]], 1, SECONDS, ROUNDS)
    print(told(f"{name}, ours, one caller", loads))
    figure(f"{name}_p50_c1", median(each.p50 for each in loads), "ms", P50[name], most=True)


def whole(ours: list[Load]) -> None:
    """Make sure that no request of ours failed."""
    assert not sum(each.failed for each in ours), "requests failed"


def tell(name: str, beside: dict[str, float]) -> None:
    """Print the ratios."""
    for peer, value in beside.items():
        print(f"  {name}: {value:.0f} x {peer}")
    figure(f"{name}_to_mlflow_c8", beside["mlflow"], "x", TO_MLFLOW[name], most=False)
    what, goal = TO_BEST[name]
    peers = BATCHING if what == "best_batching_peer" else [peer for peer in beside if peer != "mlflow"]
    figure(f"{name}_to_{what}_c8", min(beside[peer] for peer in peers), "x", goal, most=False)


if __name__ == "__main__":
    main()
