"""What capture costs an endpoint: the same model thrice, without capture, with a tenth, and with all of the requests.

All three are loaded by wrk in turns with single rows of twenty numbers, which is the quickest model that there is: of a
slower one capture is a smaller part. Eight callers bring more rows than are kept; what is on disk in the end is shown.
"""

import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "serving"))

from _load import Side, ratio, told, turns  # noqa: E402  (beside this folder, as all benchmarks are run)
from _project import figure, project, save  # noqa: E402  (the same)

from jupyter_mlstudio.studio import Studio  # noqa: E402  (after the two above)

SHARES = {"off": 0.0, "tenth": 0.1, "all": 1.0}
SECONDS, ROUNDS = 2, 5


def main() -> None:
    """Measure and print the figures."""
    with project() as studio:
        folder = Path(studio.project) / "models"
        rows = save(folder, "linear")
        sides = [side(studio, name, share, rows) for name, share in SHARES.items()]
        for clients, what in ((8, "rate"), (1, "p50")):
            off, tenth, everything = turns(sides, clients, SECONDS, ROUNDS)
            print(f"{clients} callers", told("off", off), told("a tenth", tenth), told("all", everything), sep="\n")
            if what == "rate":
                figure("capture_tenth_rate_c8", ratio(tenth, off, what), "x", 0.9, most=False)
                figure("capture_all_rate_c8", ratio(everything, off, what), "x", 0.7, most=False)
            else:
                figure("capture_tenth_p50_c1", ratio(tenth, off, what), "x", 1.1, most=True)
                figure("capture_all_p50_c1", ratio(everything, off, what), "x", 1.2, most=True)
        time.sleep(3)
        for monitor in studio.monitoring.monitors().items:
            print(
                f"  {monitor.endpoint}: {monitor.captured_rows:,} rows on disk, {monitor.captured_bytes / 1e6:.1f} MB"
            )


def side(studio: Studio, name: str, share: float, rows: list[dict]) -> Side:
    """Deploy the model with a share of its requests captured."""
    endpoint = studio.deploy("models/linear", name, trust=True, capture={"share": share})
    body = {"dataframe_split": {"columns": list(rows[0]), "data": [list(rows[0].values())]}}
    headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
    return Side(name, f"{endpoint.url}/invocations", json.dumps(body).encode(), headers)


if __name__ == "__main__":
    main()
