"""The same jobs on a real Dask cluster with two worker processes and on a real Ray cluster, both on this machine."""

import json
import os
import signal
import time

import psutil
import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.processes import alive, end, start_detached
from jupyter_mlstudio.jobs.executors.placements import Placements
from jupyter_mlstudio.jobs.types import JobSpec, JobState

SLOW = """import time
for i in range(turns):
    open(f'{name}.txt', 'a').write('x')
    print(i, flush=True)
    time.sleep(0.1)
"""


class Project:
    """A project whose jobs run on one executor, and its agent."""

    def __init__(self, folder, executor, **settings):
        self.folder, self.executor = folder, executor
        self.studio = Studio.open(folder, executor=executor, keep_failed_kernels=1, **settings)
        self.jobs = self.studio.jobs
        self.placements = Placements(self.jobs.database, self.jobs.project_id)

    def write(self, name, *sources):
        cells = [
            {"cell_type": "code", "metadata": {"tags": ["parameters"] if number == 0 else []}, "source": source,
             "outputs": [], "execution_count": None} for number, source in enumerate(sources)
        ]  # fmt: skip
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
        notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
        (self.folder / name).write_text(json.dumps(notebook))
        return name

    def slow(self, name, turns=20):
        parameters = f"name, turns = {name!r}, {turns}"
        return self.jobs.submit(JobSpec(notebook=self.write(f"{name}.ipynb", parameters, SLOW)))

    def agent(self):
        return self.placements.agent(self.executor)

    def close(self):
        for job in self.jobs.all():
            if job.ended_at is None:
                self.jobs.stop(job.id)
                self.jobs.wait(job.id, 30)
        agent = self.agent()
        if agent is not None and agent.lives:
            os.kill(agent.ref.pid, signal.SIGTERM)
            ended = time.monotonic() + 30
            while alive(agent.ref) and time.monotonic() < ended:
                time.sleep(0.05)


@pytest.fixture(scope="module", params=["dask", "ray"])
def project(request, tmp_path_factory):
    project = Project(tmp_path_factory.mktemp(request.param), request.param)
    yield project
    project.close()
    assert project.agent() is None, "the agent has left its cluster behind"


def test_jobs_give_the_same_results_as_here(project):
    project.write("a.ipynb", "rows = 1", "print('rows', rows)", "rows * 2")
    here = project.jobs.submit(JobSpec(notebook="a.ipynb", parameters={"rows": 21}, executor="local"))
    there = [project.jobs.submit(JobSpec(notebook="a.ipynb", parameters={"rows": 21})) for _ in range(4)]
    ended = [project.jobs.wait(job.id, 120) for job in (here, *there)]
    told = [(job.state, job.attempt, job.cells_done, job.error) for job in ended]
    assert told == [(JobState.SUCCEEDED, 1, 4, None)] * 5
    assert [job.executor for job in ended] == ["local", *[project.executor] * 4]
    notebooks = [json.loads((project.folder / job.output).read_text()) for job in ended]
    outputs = [[cell["outputs"] for cell in notebook["cells"]] for notebook in notebooks]
    assert all(output == outputs[0] for output in outputs)
    kinds = [[event.kind for event in project.jobs.events(job.id).items] for job in ended]
    assert all(kind == kinds[0] for kind in kinds)
    assert all("rows 21" in project.jobs.log(job.id).text for job in ended)


def test_a_failing_job_says_the_same_and_can_be_resumed(project, until):
    project.write("bad.ipynb", "import time", "raise OSError('no disk')")
    job = project.jobs.wait(project.jobs.submit(JobSpec(notebook="bad.ipynb")).id, 60)
    assert (job.state, job.error.kind, job.error.cell, job.error.name) == (JobState.FAILED, "cell", 2, "OSError")
    until(lambda: project.jobs.get(job.id).kept_until)
    resumed = project.jobs.wait(project.jobs.resume(job.id, {2: "time.sleep(3)"}).id, 30)
    assert (resumed.state, resumed.attempt) == (JobState.SUCCEEDED, 2)


FLOW = """
nodes:
- id: double
  notebook: double.ipynb
  parameters: {rows: 4}
- id: add
  notebook: add.ipynb
  parameters: {twice: "${{ double.outputs.twice }}"}
"""


def test_a_workflow_gives_the_same_here_and_there_so_that_here_uses_the_results_from_there(project):
    output = "from jupyter_mlstudio import Studio\nstudio = Studio.open()\n"
    project.write("double.ipynb", "rows = 1", f"{output}studio.output('twice', rows * 2)")
    project.write("add.ipynb", "twice = 1", f"{output}studio.output('sum', twice + 1)")
    (project.folder / "flow.workflow.yaml").write_text(FLOW)
    there = project.jobs.workflows.wait(project.jobs.workflows.run("flow").id, 60)
    told = [(node.id, node.state, node.outputs) for node in there.nodes]
    assert told == [("double", "succeeded", {"twice": 8}), ("add", "succeeded", {"sum": 9})]
    assert {job.executor for job in project.jobs.owned(there.run.id)} == {project.executor}
    here = Studio.open(project.folder).jobs.workflows
    again = here.wait(here.run("flow").id, 60)
    assert [(node.state, node.outputs) for node in again.nodes] == [("cached", {"twice": 8}), ("cached", {"sum": 9})]


def test_a_sweep_gives_one_table(project):
    project.write("sweep.ipynb", "rows = 1", "from jupyter_mlstudio import Studio; Studio.open().output('score', rows)")
    sweep = project.jobs.sweep("sweep.ipynb", {"rows": [1, 2, 3]}, metric="score", parallel=2)
    project.jobs.sweeps.wait(sweep.id)
    best = project.jobs.sweeps.best(sweep.id)
    assert (best.spec.parameters, best.executor) == ({"rows": 3}, project.executor)


def test_a_job_can_be_stopped(project, until):
    job = project.slow("stop", 600)
    until(lambda: project.jobs.get(job.id).cell == 2)
    project.jobs.stop(job.id)
    assert project.jobs.wait(job.id, 30).state is JobState.STOPPED
    before = (project.folder / "stop.txt").read_text()
    time.sleep(0.4)
    assert (project.folder / "stop.txt").read_text() == before


def test_a_killed_worker_leads_to_a_fenced_new_attempt_elsewhere(project, until):
    job = project.slow("worker")
    until(lambda: project.jobs.get(job.id).cell == 2)
    first, placed = project.jobs.queue.find(job.id), project.placements.placed(job.id, 1)
    os.kill(placed.pid, signal.SIGKILL)
    until(lambda: not alive(first.runner))
    until(lambda: not alive(first.kernel))
    ended = project.jobs.wait(job.id, 60)
    assert (ended.state, ended.attempt) == (JobState.SUCCEEDED, 2)
    assert project.placements.placed(job.id, 2).pid != placed.pid
    assert [event.kind for event in project.jobs.events(job.id).items].count("retry") == 1


def test_a_runner_that_goes_on_although_it_was_given_up_cannot_write_and_ends_itself(project, until):
    job = project.slow("partition")
    until(lambda: project.jobs.get(job.id).cell == 2)
    queue = project.jobs.queue
    first = queue.find(job.id)
    assert queue.unclaim(first.job)  # as if its machine had been out of reach for long
    assert not queue.progress(first.job, [])
    assert not queue.finish(first.job, JobState.SUCCEEDED)
    until(lambda: not alive(first.runner))
    ended = project.jobs.wait(job.id, 60)
    assert (ended.state, ended.attempt) == (JobState.SUCCEEDED, 2)
    assert [event.kind for event in project.jobs.events(job.id).items].count("planned") == 2


def test_a_killed_agent_is_followed_by_one_that_finds_cluster_and_jobs(project, until):
    job = project.slow("agent", 40)
    until(lambda: project.jobs.get(job.id).cell == 2)
    first = project.agent()
    os.kill(first.ref.pid, signal.SIGKILL)
    waiting = project.slow("after")
    ended = [project.jobs.wait(each.id, 60) for each in (job, waiting)]
    assert [(each.state, each.attempt) for each in ended] == [(JobState.SUCCEEDED, 1)] * 2
    second = project.agent()
    assert second.ref != first.ref
    assert second.cluster == first.cluster
    assert (project.folder / "agent.txt").read_text() == "x" * 40


@pytest.mark.parametrize("project", ["dask"], indirect=True)  # Ray does the same, and takes half a minute for it
def test_a_lost_cluster_is_brought_up_again_and_its_jobs_are_handed_in_anew(project, until):
    job = project.slow("cluster", 60)
    until(lambda: project.jobs.get(job.id).cell == 2)
    lost = project.agent().cluster
    os.kill(lost["processes"][0]["pid"], signal.SIGKILL)
    ended = project.jobs.wait(job.id, 120)
    assert (ended.state, ended.attempt) == (JobState.SUCCEEDED, 2)
    assert project.agent().cluster["processes"] != lost["processes"]
    assert not any(psutil.pid_exists(each["pid"]) for each in lost["processes"])


def test_jobs_that_are_kept_in_postgresql_run_on_a_scheduler_that_somebody_else_has_started(
    tmp_path, postgres_url, until
):
    scheduler = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", f"{tmp_path}/s.json"]
    worker = ["--scheduler-file", f"{tmp_path}/s.json", "--no-dashboard", "--resources", "GPU=1", "--nthreads", "1"]
    log, module = tmp_path / "log.txt", "distributed.cli.dask_{}"
    started = [start_detached(module.format("scheduler"), scheduler, log, {})]
    started.append(start_detached(module.format("worker"), [*worker, "--nworkers", "2"], log, {}))
    try:
        until((tmp_path / "s.json").exists)
        address = json.loads((tmp_path / "s.json").read_text())["address"]
        project = Project(tmp_path, "dask", executor_address=address, jobs_url=postgres_url)
        project.write("a.ipynb", "1")
        jobs = [project.jobs.submit(JobSpec(notebook="a.ipynb", resources={"gpu": gpu})) for gpu in (0, 1, 1)]
        assert [project.jobs.wait(job.id, 60).state for job in jobs] == [JobState.SUCCEEDED] * 3
        until(lambda: project.jobs.executors.all().items[1].tokens.get("gpu") == 2)  # both workers are known
        dask = project.jobs.executors.all().items[1]
        assert (dask.state, dask.address) == ("ready", address)
        project.close()
    finally:
        for each in started:
            end(each, 5)
