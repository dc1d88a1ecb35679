"""A workflow of 20 nodes whose results are all there: how long a run takes, and how many kernels it starts.

The time is from the call to the run's end in the database, in a Studio that is open, as in the server. The cells run
once before; that first run is shown beside it.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

from jupyter_mlstudio import Studio
from jupyter_mlstudio.jobs.workflows.types import Node, Workflow, WorkflowFileSpec

NODES, TIMES, GOAL = 20, 7, 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.open(folder)
        _prepare(studio)
        workflows = studio.jobs.workflows
        begun = time.perf_counter()
        first = workflows.wait(workflows.run("flow").id, 300)
        cold = time.perf_counter() - begun
        assert first.run.state == "succeeded", [node.message for node in first.nodes]
        jobs = studio.jobs.listing().total
        seconds = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            run = workflows.run("flow")
            seconds.append(time.perf_counter() - begun)
            assert run.state == "succeeded"
            assert run.counts == {"cached": NODES}
        kernels = studio.jobs.listing().total - jobs
    milliseconds = statistics.median(seconds) * 1000
    print(f"the first run, which ran every cell: {cold:.1f} s; cached: {[round(each * 1000) for each in seconds]} ms")
    print(f"FIGURE cached-20 {milliseconds:.0f} ms goal {GOAL} {'ok' if milliseconds < GOAL else 'short'}")
    print(f"FIGURE cached-20-kernels {kernels} kernels goal 0 {'ok' if kernels == 0 else 'short'}")


def _prepare(studio: Studio) -> None:
    cells = [
        _cell("x = 0\ntable = ''", "parameters"),
        _cell("import pandas as pd\nfrom jupyter_mlstudio import Studio\nstudio = Studio.open()"),
        _cell("studio.output('x', x + 1)\nstudio.output('table', pd.DataFrame({'x': range(1000)}))"),
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    Path(studio.project, "work.ipynb").write_text(json.dumps(notebook))
    nodes = [Node(id="n0", notebook="work.ipynb")]
    for at in range(1, NODES):
        source = f"n{(at - 1) // 2}"
        given = {"x": f"${{{{ {source}.outputs.x }}}}", "table": f"${{{{ {source}.outputs.table }}}}"}
        nodes.append(Node(id=f"n{at}", notebook="work.ipynb", parameters=given))
    spec = WorkflowFileSpec(path="flow.workflow.yaml", workflow=Workflow(nodes=nodes))
    assert studio.jobs.workflows.write(spec).problems == []


def _cell(source: str, *tags: str) -> dict[str, object]:
    number = str(abs(hash(source)))[:8]
    return {
        "cell_type": "code", "id": number, "metadata": {"tags": list(tags)}, "execution_count": None, "outputs": [],
        "source": source,
    }  # fmt: skip


if __name__ == "__main__":
    main()
