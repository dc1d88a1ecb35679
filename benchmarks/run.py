"""Run the benchmarks of one area: `python benchmarks/run.py server`, or all areas without a name.

Every script of the area is run by itself and prints one line for each promise:
`FIGURE <name> <value> <unit> goal <bound> ok|short`. A figure that falls short is shown, and no failure;
a script that breaks is one.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(areas: list[str]) -> int:
    """Run the scripts of the areas and sum up; returns 1 if one of them broke."""
    scripts = [script for area in areas or known() for script in scripts_of(area)]
    if not scripts:
        print(f"There is nothing to measure in {' '.join(areas)}. Areas: {' '.join(known())}.")
        return 1
    figures: list[str] = []
    broken: list[str] = []
    for script in scripts:
        name = script.relative_to(HERE).as_posix()
        print(f"== {name}", flush=True)
        code, found = run(script)
        figures += found
        if code != 0:
            broken.append(name)
    short = sum(figure.endswith(" short") for figure in figures)
    print(f"\n{len(figures)} figures, {short} short, {len(broken)} scripts broken", *broken)
    return 1 if broken else 0


def known() -> list[str]:
    """Return the areas that there are."""
    return sorted(folder.name for folder in HERE.iterdir() if folder.is_dir() and scripts_of(folder.name))


def scripts_of(area: str) -> list[Path]:
    """Return the scripts of an area; files that begin with an underscore belong to another script."""
    return sorted(path for path in (HERE / area).glob("*.py") if not path.name.startswith("_"))


def run(script: Path) -> tuple[int, list[str]]:
    """Run one script, show what it prints, and return its exit code and its figures."""
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    figures = []
    for line in process.stdout or []:
        print(line, end="", flush=True)
        if line.startswith("FIGURE "):
            figures.append(line.rstrip())
    return process.wait(), figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
