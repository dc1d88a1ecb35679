"""The notebooks that the benchmarks of jobs run, and how their figures are printed."""

import json
import os
import sys
from pathlib import Path

TEN = [f"x{number} = {number}\nx{number}" for number in range(10)]
ML = [
    "import numpy as np\nimport pandas as pd",
    "from sklearn.ensemble import RandomForestClassifier\nfrom sklearn.model_selection import train_test_split",
    "rng = np.random.default_rng(0)\nframe = pd.DataFrame(rng.normal(size=(500, 5)), columns=list('abcde'))\n"
    "frame['y'] = (frame.a + frame.b > 0).astype(int)\nframe.head()",
    "train, test = train_test_split(frame, random_state=0)",
    "model = RandomForestClassifier(n_estimators=10, random_state=0).fit(train.drop(columns='y'), train.y)",
    "round(model.score(test.drop(columns='y'), test.y), 3)",
]
BIG = ["import random"] + [
    f"random.seed({number})\nfor _ in range(50):\n    print(''.join(random.choices('abcdefgh', k=5000)))"
    for number in range(20)
]


def write(path: Path, sources: list[str]) -> None:
    """Write a notebook of code cells."""
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for n, source in enumerate(sources)
    ]
    metadata = {
        "kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    path.write_text(json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))


def outputs(path: Path) -> list[list[dict]]:
    """Return what the cells of a result put out."""
    return [cell["outputs"] for cell in json.loads(path.read_text())["cells"]]


def with_bytecode() -> None:
    """Let Python write bytecode for all sides; begin anew if it was told not to."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None) is not None or sys.dont_write_bytecode:
        os.execv(sys.executable, [sys.executable, *sys.argv])


def figure(name: str, value: float, unit: str, goal: float, *, most: bool = True) -> None:
    """Print a figure in the form that is read by machines."""
    good = value <= goal if most else value >= goal
    print(f"FIGURE {name} {value:.4g} {unit} goal {'<=' if most else '>='} {goal:.4g} {'ok' if good else 'short'}")
