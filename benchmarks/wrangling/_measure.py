"""What the scripts of this area share: sides that run in processes of their own and take turns, and figures.

Beside what a clock says stands what the processors worked: with other work on the machine, half of it is what two
of them would take.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

ROUNDS = int(os.environ.get("ROUNDS", "3"))
Measured = dict[str, float]

_BEGIN = """
import json, sys, time
from pathlib import Path
FILE, FOLDER = Path(sys.argv[1]), Path(sys.argv[2])
measured = {}

class timed:
    def __init__(self, name): self.name = name
    def __enter__(self): self.begin, self.worked = time.perf_counter(), time.process_time()
    def __exit__(self, *_):
        measured[self.name] = time.perf_counter() - self.begin
        measured[self.name + "_worked"] = time.process_time() - self.worked

def memory():
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: int(lines[key].split()[0]) / 1024 for name, key in (("held", "RssAnon"), ("peak", "VmHWM"))}

def opened():
    from jupyter_mlstudio.wrangling.session import Session
    from jupyter_mlstudio.wrangling.sources import Files
    from jupyter_mlstudio.wrangling.sources.types import FileSource
    session = Session(Files(FILE.parent), dict)
    return session, FileSource(path=FILE.name)
"""
_END = """
print(json.dumps(measured | memory()))
"""


def measure(program: str, file: Path, folder: Path) -> Measured:
    """Run a side in a fresh process: it fills `measured`; memory in megabytes comes beside."""
    text = f"{_BEGIN}{program}{_END}"
    done = subprocess.run([sys.executable, "-c", text, str(file), str(folder)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    found: Measured = json.loads(done.stdout.splitlines()[-1])
    return found


def rounds(sides: dict[str, str], file: Path, folder: Path, times: int = ROUNDS) -> dict[str, Measured]:
    """Let the sides take turns, and return the medians of each."""
    runs: dict[str, list[Measured]] = {side: [] for side in sides}
    for _ in range(times):
        for side, program in sides.items():
            runs[side].append(measure(program, file, folder))
    return {side: {name: median(run[name] for run in found) for name in found[0]} for side, found in runs.items()}


def figure(name: str, value: float, unit: str, bound: float, *, most: bool = True) -> None:
    """Print one promise."""
    kept = value <= bound if most else value >= bound
    print(f"FIGURE {name} {value:.3g} {unit} goal {bound:g} {'ok' if kept else 'short'}", flush=True)
