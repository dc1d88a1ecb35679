"""What a runner imports where no fork server has done it before: processor time, beside papermill."""

import subprocess
import sys
from statistics import median

from _notebooks import figure

ROUNDS = 5
OURS = """
import time; begin = time.process_time()
from jupyter_mlstudio.jobs import runner
with runner.without("rfc3987_syntax", "pyarrow.fs"):
    import jupyter_mlstudio.jobs.engine_notebook
print(time.process_time() - begin)
"""
PEER = "import time; begin = time.process_time(); import papermill.execute; print(time.process_time() - begin)"


def main() -> None:
    """Measure both in turns; the first ones write bytecode."""
    rounds = [(seconds(OURS), seconds(PEER)) for _ in range(ROUNDS + 1)][1:]
    ours, peer = (median(side) for side in zip(*rounds, strict=True))
    print(f"  runner {ours:.2f} s, papermill {peer:.2f} s")
    figure("runner_import", ours, "s", 0.5, most=True)
    figure("runner_import_to_papermill", ours / peer, "x", 1, most=True)


def seconds(code: str) -> float:
    """Return the processor time that a new interpreter needs for the imports."""
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
