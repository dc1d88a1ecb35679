"""Workflows that really run: notebooks, functions, ready-made nodes, the sample, and after everything is killed."""

import os
import signal
import subprocess
import sys

import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.cli import main
from jupyter_mlstudio.jobs.workflows.types import ForEach, Node, Workflow, WorkflowFileSpec
from jupyter_mlstudio.samples import copy_samples

GIVE = "from jupyter_mlstudio import Studio\nStudio.open().output('y', x)"


def test_values_and_tables_travel_between_notebooks_and_functions(studio, write, tmp_path):
    write(
        "a.ipynb",
        "import pandas as pd",
        GIVE.replace("'y', x", "'t', pd.DataFrame({'n': range(x)})"),
        parameters="x = 1",
    )
    write("c.ipynb", GIVE.replace("x)", "len(x.splitlines()))"), parameters="x = ''")
    (tmp_path / "f.py").write_text(
        "import pandas as pd\n\ndef total(table: pd.DataFrame, by: int):\n"
        "    return {'sum': int(table['n'].sum()) * by, 'twice': pd.concat([table, table])}\n"
    )
    nodes = [
        Node(id="a", notebook="a.ipynb", parameters={"x": 4}),
        Node(id="b", function="f.py:total", for_each=ForEach(items=[1, 10]),
             parameters={"table": "${{ a.outputs.t }}", "by": "${{ item }}"}),
        Node(id="c", notebook="c.ipynb", parameters={"x": "'; print(1)\n${{ b.outputs.sum }}"}),
    ]  # fmt: skip
    studio.jobs.workflows.write(WorkflowFileSpec(path="flow.workflow.yaml", workflow=Workflow(nodes=nodes)))

    found = studio.jobs.workflows.result(studio.jobs.workflows.run("flow").id)

    assert found["b"]["sum"] == [6, 60]
    assert [table["rows"] for table in found["b"]["twice"]] == [8, 8]
    assert found["c"] == {"y": 2}
    again = studio.jobs.workflows.run("flow")
    assert (again.state, again.counts) == ("succeeded", {"cached": 3})


@pytest.mark.timeout(200)
def test_the_sample_finds_a_champion_from_the_command_line(tmp_path, capsys):
    copy_samples(tmp_path)
    studio = Studio.open(tmp_path)
    assert studio.jobs.workflows.read("tour/champion.workflow.yaml").problems == []
    try:
        arguments = [
            "--project",
            str(tmp_path),
            "workflows",
            "run",
            "tour/champion",
            "-p",
            "rows=1500",
            "-p",
            "trees=10",
        ]
        code = main(arguments)
        told = capsys.readouterr()
        assert (code, told.err) == (0, "")
        assert "✓" in told.out
        [run] = studio.jobs.workflows.runs().items
        outputs = {node.id: node.outputs for node in studio.jobs.workflows.get(run.id).nodes}
        assert outputs["register"]["registered"] is True
        assert outputs["deploy"]["endpoint"] == "champion-of-flights"
        main(["--project", str(tmp_path), "workflows", "why", run.id[:6]])
        assert "forest: it had no earlier result to take." in capsys.readouterr().out
    finally:
        for endpoint in studio.serving.endpoints().items:
            studio.serving.stop(endpoint.id)


@pytest.mark.timeout(200)
def test_a_tuned_model_measures_numbers_and_predicts_a_whole_table(studio, tmp_path):
    rows = [
        "size,colour,price",
        *(f"{at % 17},{'red' if at % 3 else 'blue'},{at % 17 * 3.5 + at % 3}" for at in range(90)),
    ]
    (tmp_path / "houses.csv").write_text("\n".join(rows))
    options = {"table": "houses.csv", "target": "price", "algorithm": "decision_tree", "trials": 2, "folds": 2}
    predict = {"model": "${{ tune.outputs.model }}", "table": "houses.csv", "output": "predicted.csv"}
    nodes = [
        Node(id="tune", use="tune", parameters=options),
        Node(id="predict", use="batch_transform", parameters=predict),
    ]
    studio.jobs.workflows.write(WorkflowFileSpec(path="flow.workflow.yaml", workflow=Workflow(nodes=nodes)))

    found = studio.jobs.workflows.result(studio.jobs.workflows.run("flow").id)

    assert (found["tune"]["metric"], found["tune"]["trials"]["rows"], found["predict"]["rows"]) == ("r2", 2, 90)
    assert found["tune"]["score"] > 0.5
    assert (tmp_path / "predicted.csv").read_text().startswith("size,colour,price,prediction")


START = """
import sys
from jupyter_mlstudio import Studio
studio = Studio.open(sys.argv[1])
print(studio.jobs.workflows.run("flow").id, flush=True)
while True:
    studio.jobs.poll()
"""


def test_a_run_goes_on_after_whoever_started_it_was_killed(studio, write, tmp_path, until):
    count = "import time\ntime.sleep(0.3)\nopen('ran.txt', 'a').write(x)"
    write("a.ipynb", count, parameters="x = ''")
    nodes = [Node(id=f"n{at}", notebook="a.ipynb", parameters={"x": f"{at},"}, needs=[f"n{at - 1}"] if at else [])
             for at in range(4)]  # fmt: skip
    studio.jobs.workflows.write(WorkflowFileSpec(path="flow.workflow.yaml", workflow=Workflow(nodes=nodes)))
    starter = subprocess.Popen([sys.executable, "-c", START, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    run = starter.stdout.readline().strip()
    until(lambda: (tmp_path / "ran.txt").exists())
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    for job in studio.jobs.owned(run):  # and a runner at work, which is tried again by itself
        running = studio.jobs.queue.find(job.id)
        if job.state == "running" and running.runner is not None:
            os.kill(running.runner.pid, signal.SIGKILL)

    found = studio.jobs.workflows.wait(run, 60)

    assert found.run.state == "succeeded", found.run.message
    assert len(studio.jobs.owned(run)) == 4
    ran = (tmp_path / "ran.txt").read_text().strip(",").split(",")
    assert sorted(set(ran)) == ["0", "1", "2", "3"]
