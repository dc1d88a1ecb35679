"""A workflow with notebooks of its own, run twice, for the pictures."""

import json
from pathlib import Path

from jupyter_mlstudio import Studio

OPEN = "from jupyter_mlstudio import Studio\nstudio = Studio.open()"
NOTEBOOKS = {
    "clean": ["rows: int = 60_000  # how many flights are kept", OPEN, "studio.output('rows', rows)"],
    "train": [
        "rows: int = 1000\ndepth: int = 3  # how deep the trees are",
        OPEN,
        "studio.output('auc', round(0.71 + 0.09 * (1 - 1 / depth), 3))",
    ],
    "compare": ["scores: list = []", OPEN, "studio.output('best', max(scores))"],
    "report": ["best: float = 0.0", "print(f'The best model has an AUC of {best}.')"],
    "alarm": ["print('No model is good enough.')"],
}
WORKFLOW = """\
# Cleans the flights, trains three depths, and reports the best.
title: Late flights
parameters:
  rows:
    type: int
    default: 60000
    help: How many flights are kept.
nodes:
  - id: clean
    title: Clean the flights
    notebook: flow/clean.ipynb
    parameters:
      rows: ${{ parameters.rows }}
  - id: drift
    title: Compare with last month
    notebook: flow/alarm.ipynb
    needs: [clean]
  - id: train
    title: Train three depths
    notebook: flow/train.ipynb
    for_each:
      items: [2, 4, 8]
    parameters:
      depth: ${{ item }}
      rows: ${{ clean.outputs.rows }}
  - id: compare
    title: Choose the best
    notebook: flow/compare.ipynb
    parameters:
      scores: ${{ train.outputs.auc }}
  - id: report
    title: Write the report
    notebook: flow/report.ipynb
    needs: [drift]
    when: compare.outputs.best > 0.75
    parameters:
      best: ${{ compare.outputs.best }}
  - id: alarm
    title: Call for help
    notebook: flow/alarm.ipynb
    when: compare.outputs.best <= 0.75
"""


def make_workflow(studio: Studio) -> None:
    """Write the workflow and run it twice, the second time with less data; once only."""
    folder = studio.project / "tour"
    file = folder / "late-flights.workflow.yaml"
    if file.exists():
        return
    (folder / "flow").mkdir(parents=True)
    for name, cells in NOTEBOOKS.items():
        write(folder / "flow" / f"{name}.ipynb", cells)
    file.write_text(WORKFLOW, encoding="utf-8")
    for rows in (60_000, 50_000):
        run = studio.jobs.workflows.run("tour/late-flights.workflow.yaml", parameters={"rows": rows})
        studio.jobs.workflows.wait(run.id)


def write(file: Path, cells: list[str]) -> None:
    """Write a notebook whose first cell declares its parameters."""
    body = [
        {
            "cell_type": "code",
            "id": f"c{at}",
            "metadata": {"tags": [] if at else ["parameters"]},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for at, source in enumerate(cells)
    ]
    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3 (ipykernel)"}}
    notebook = {"cells": body, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    file.write_text(json.dumps(notebook), encoding="utf-8")
