"""The state machine against the real database: jobs end as told here, no kernel is started."""

import json
import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_mlstudio import ConflictError, Studio
from jupyter_mlstudio.jobs.types import JobError, JobState
from jupyter_mlstudio.jobs.workflows.run_types import WorkflowRunSpec
from jupyter_mlstudio.jobs.workflows.types import ForEach, Node, Workflow, WorkflowFileSpec, WorkflowParameter

GOOD = ("succeeded", "cached")
RULES = ["all_succeeded", "any_succeeded", "any_failed", "all_done"]


@pytest.fixture(params=["sqlite", "postgresql"])
def studio(tmp_path, monkeypatch, write, request):
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)
    write("work.ipynb", "print(x)", parameters="x = None")
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Studio.open(tmp_path, warm_kernels=False, jobs_url=url)


def another(studio):
    return Studio.open(studio.project, **studio.settings.model_dump())


@pytest.fixture
def save(studio):
    def save(*nodes, path="flow.workflow.yaml", **fields):
        studio.jobs.workflows.write(WorkflowFileSpec(path=path, workflow=Workflow(nodes=list(nodes), **fields)))
        return path

    return save


def work(id, **fields):
    return Node(id=id, notebook="work.ipynb", **fields)


def queued(studio):
    values = {"p": studio.jobs.project_id}
    rows = studio.jobs.database.run(
        "SELECT id FROM jobs WHERE state = 'queued' AND project = :p ORDER BY seq", values
    ).rows
    return [studio.jobs.queue.get(row["id"]) for row in rows]


def finish(studio, job, state=JobState.SUCCEEDED, outputs=None, tell=True):
    """Let a job end as its runner would."""
    database, error = studio.jobs.database, None
    database.run("UPDATE jobs SET state = 'running', attempt = attempt + 1 WHERE id = :id", {"id": job.id})
    job = studio.jobs.queue.get(job.id)
    database.run("UPDATE jobs SET outputs = :o WHERE id = :id", {"o": json.dumps(outputs or {}), "id": job.id})
    output = studio.project / job.output
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("{}")
    if state is JobState.FAILED:
        error = JobError(kind="cell", cell=1, name="ValueError", message="odd", traceback="")
    assert studio.jobs.queue.finish(job, state, error)
    if tell:
        studio.jobs.settled(studio.jobs.queue.get(job.id))


def states(studio, run):
    return {node.id: node.state.value for node in studio.jobs.workflows.get(run).nodes}


def drain(studio, run, state=lambda node: JobState.SUCCEEDED, outputs=lambda node: {}, pick=0):
    """End all jobs, one after the other; return the nodes in the order in which they were begun."""
    begun, chance = [], random.Random(pick)
    while jobs := queued(studio):
        job = chance.choice(jobs)
        begun.append(job.owner.node)
        finish(studio, job, state(job.owner.node), outputs(job.owner.node))
    return begun


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 7))
    nodes, outcomes = [], {}
    for at in range(count):
        sources = [f"n{source}" for source in range(at) if draw(st.booleans())]
        when = draw(st.sampled_from(["", "", "", "false", "1 < 2"]))
        nodes.append(work(f"n{at}", needs=sources, run_if=draw(st.sampled_from(RULES)), when=when))
        outcomes[f"n{at}"] = draw(st.sampled_from([JobState.SUCCEEDED, JobState.SUCCEEDED, JobState.FAILED]))
    return nodes, outcomes, draw(st.integers(0, 99))


def expected(nodes, outcome):
    """Return what must become of each node, worked out in the plainest way."""
    found = {}
    for node in nodes:
        needed = [found[source] for source in node.needs]
        runs = {
            "all_succeeded": all(state in GOOD for state in needed),
            "any_succeeded": not needed or any(state in GOOD for state in needed),
            "any_failed": any(state == "failed" for state in needed),
            "all_done": True,
        }[node.run_if] and node.when != "false"
        found[node.id] = outcome(node.id).value if runs else "skipped"
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=graphs())
def test_every_node_ends_as_it_must_after_what_it_needs_and_a_repair_ends_as_a_clean_run(graph, studio, save):
    nodes, outcomes, pick = graph
    path = save(*nodes)
    run = studio.jobs.workflows.run(path, use_cache=False).id

    begun = drain(studio, run, outcomes.__getitem__, pick=pick)

    ended = states(studio, run)
    assert ended == expected(nodes, outcomes.__getitem__)
    assert sorted(begun) == sorted(name for name, state in ended.items() if state != "skipped")
    for node in nodes:
        for source in set(node.needs) & set(begun):
            assert node.id not in begun or begun.index(source) < begun.index(node.id)
    failed = [name for name, state in ended.items() if state == "failed"]
    assert studio.jobs.workflows.get(run).run.state == ("failed" if failed else "succeeded")
    if failed:
        studio.jobs.workflows.repair(run)
        again = drain(studio, run, pick=pick)
        assert states(studio, run) == expected(nodes, lambda _: JobState.SUCCEEDED)
        assert {name for name in failed if states(studio, run)[name] != "skipped"} <= set(again)


def test_a_job_that_ended_unheard_is_heard_by_the_next_reconcile(studio, save):
    run = studio.jobs.workflows.run(save(work("a"), work("b", needs=["a"]))).id
    finish(studio, queued(studio)[0], tell=False)
    assert states(studio, run) == {"a": "running", "b": "waiting"}

    another(studio).jobs.workflows.reconcile()

    assert states(studio, run) == {"a": "succeeded", "b": "running"}


def test_hearing_twice_changes_nothing(studio, save):
    run = studio.jobs.workflows.run(save(work("a"), work("b", needs=["a"]))).id
    job = queued(studio)[0]
    finish(studio, job)
    for _ in range(3):
        studio.jobs.settled(studio.jobs.queue.get(job.id))
        studio.jobs.workflows.reconcile()

    assert [each.owner.node for each in queued(studio)] == ["b"]
    assert len(studio.jobs.owned(run)) == 2


def test_a_for_each_runs_as_many_at_once_as_it_may_and_gathers_lists(studio, save):
    each = work("each", for_each=ForEach(items=[1, 2, 3], at_once=2), parameters={"x": "${{ item * 10 + index }}"})
    run = studio.jobs.workflows.run(save(each)).id
    assert [job.spec.parameters for job in queued(studio)] == [{"x": 10}, {"x": 21}]

    drain(studio, run, outputs=lambda node: {"y": node})

    node = studio.jobs.workflows.get(run).nodes[0]
    assert node.outputs == {"y": ["each[0]", "each[1]", "each[2]"]}
    assert [item.item for item in node.items] == [1, 2, 3]


def test_a_repair_of_a_for_each_runs_only_the_items_that_failed(studio, save):
    path = save(
        work("each", for_each=ForEach(items=[1, 2, 3]), parameters={"x": "${{ item }}"}), work("after", needs=["each"])
    )
    run = studio.jobs.workflows.run(path).id
    drain(studio, run, lambda node: JobState.FAILED if node == "each[1]" else JobState.SUCCEEDED)
    assert states(studio, run) == {"each": "failed", "after": "skipped"}

    studio.jobs.workflows.repair(run)

    assert drain(studio, run) == ["each[1]", "after"]
    assert states(studio, run) == {"each": "succeeded", "after": "succeeded"}


def test_an_empty_for_each_succeeds_with_empty_lists(studio, save):
    run = studio.jobs.workflows.run(save(work("each", for_each=ForEach(items=[]), outputs=["y"]))).id
    node = studio.jobs.workflows.get(run).nodes[0]
    assert (node.state, node.outputs) == ("succeeded", {"y": []})


def test_values_and_states_travel_along_references(studio, save):
    path = save(
        work("a"),
        work("b", parameters={"x": "${{ a.outputs.auc }} of ${{ parameters.name }}"}, when="a.outputs.auc > 0.5"),
        work("c", when="a.state == 'failed'"),
        parameters={"name": WorkflowParameter(type="str", default="it")},
    )
    run = studio.jobs.workflows.run(path, {"name": "us"}).id
    finish(studio, queued(studio)[0], outputs={"auc": 0.75})
    assert [job.spec.parameters for job in queued(studio)] == [{"x": "0.75 of us"}]
    assert states(studio, run)["c"] == "skipped"


def test_a_reference_to_what_was_not_given_fails_the_node_with_a_sentence(studio, save):
    run = studio.jobs.workflows.run(save(work("a"), work("b", parameters={"x": "${{ a.outputs.auc }}"}))).id
    drain(studio, run)
    node = studio.jobs.workflows.get(run).nodes[1]
    assert (node.state, node.message) == ("failed", "`a.outputs` has no 'auc'. It has nothing.")


def test_a_declared_output_that_is_missing_fails_the_node(studio, save):
    run = studio.jobs.workflows.run(save(work("a", outputs=["auc"]))).id
    drain(studio, run)
    assert studio.jobs.workflows.get(run).nodes[0].message == "It did not give auc. Call studio.output for it."


def test_a_notebook_that_vanishes_fails_its_node_and_not_the_others(studio, save, write):
    write("other.ipynb", "1")
    run = studio.jobs.workflows.run(save(work("a"), Node(id="b", notebook="other.ipynb", needs=["a"]), work("c"))).id
    (studio.project / "other.ipynb").unlink()
    drain(studio, run)
    assert states(studio, run) == {"a": "succeeded", "b": "failed", "c": "succeeded"}


def test_a_stopped_run_stops_its_jobs_and_can_be_repaired(studio, save):
    run = studio.jobs.workflows.run(save(work("a"), work("b", needs=["a"]), work("c"))).id
    finish(studio, queued(studio)[1])
    studio.jobs.workflows.stop(run)

    assert states(studio, run) == {"a": "stopped", "b": "stopped", "c": "succeeded"}
    assert studio.jobs.workflows.get(run).run.state == "stopped"
    with pytest.raises(ConflictError, match="ended already"):
        studio.jobs.workflows.stop(run)
    studio.jobs.workflows.repair(run)
    assert drain(studio, run) == ["a", "b"]


def test_a_part_of_a_workflow_takes_the_rest_from_an_earlier_run(studio, save):
    path = save(work("a"), work("b", parameters={"x": "${{ a.outputs.y }}"}), work("c", needs=["b"]))
    first = studio.jobs.workflows.run(path, use_cache=False).id
    drain(studio, first, outputs=lambda node: {"y": node})

    second = studio.jobs.workflows.run(path, only=["b"], use_cache=False).id

    assert [job.spec.parameters for job in queued(studio)] == [{"x": "a"}]
    drain(studio, second)
    assert states(studio, second) == {"a": "cached", "b": "succeeded", "c": "skipped"}
    third = studio.jobs.workflows.run(path, since=["b"], use_cache=False).id
    assert drain(studio, third) == ["b", "c"]
    fourth = studio.jobs.workflows.run(path, until=["b"], use_cache=False).id
    assert drain(studio, fourth, outputs=lambda node: {"y": 1}) == ["a", "b"]


def test_a_run_noted_in_a_transaction_begins_at_the_next_reconcile(studio, save):
    path = save(work("a"))
    with studio.jobs.database.transaction():
        studio.jobs.workflows.add(path, {}, id="abc")
    assert queued(studio) == []
    with pytest.raises(ConflictError):
        studio.jobs.workflows.add(path, {}, id="abc")

    studio.jobs.workflows.reconcile()

    assert [job.owner.node for job in queued(studio)] == ["a"]


def test_a_cached_result_is_used_until_something_changes(studio, save, write):
    write("lib.ipynb", "open('rows.csv')", parameters="x = 0")
    (studio.project / "rows.csv").write_text("1")
    node = Node(id="a", notebook="lib.ipynb", parameters={"x": 1})
    workflows = studio.jobs.workflows
    drain(studio, workflows.run(save(node)).id, outputs=lambda node: {"y": 7})

    again = workflows.get(workflows.run("flow").id).nodes[0]
    assert (again.state, again.outputs) == ("cached", {"y": 7})

    def why():
        run = workflows.run("flow").id
        drain(studio, run)
        return workflows.why(run)["a"]

    (studio.project / "rows.csv").write_text("2")
    assert why() == ["The file rows.csv was changed."]
    write("lib.ipynb", "print(open('rows.csv'))", parameters="x = 0")
    assert why() == ["The code was changed in cell 2."]
    save(node.model_copy(update={"parameters": {"x": 2}}))
    assert why() == ["The parameter 'x' is 2; it was 1."]
    assert states(studio, workflows.run("flow").id) == {"a": "cached"}


def test_a_cached_result_whose_files_are_gone_is_not_used(studio, save):
    first = studio.jobs.workflows.run(save(work("a"))).id
    drain(studio, first)
    (studio.project / studio.jobs.workflows.get(first).nodes[0].notebook).unlink()

    second = studio.jobs.workflows.run("flow").id

    assert states(studio, second) == {"a": "running"}
    assert studio.jobs.workflows.why(second)["a"] == ["The executed notebook of the earlier result was removed."]


def test_a_cached_result_expires(studio, save, monkeypatch):
    drain(studio, studio.jobs.workflows.run(save(work("a", cache={"expires_hours": 1}))).id)
    from jupyter_mlstudio.jobs.workflows import cache

    later = cache.now() + timedelta(hours=2)
    monkeypatch.setattr(cache, "now", lambda: later)
    second = studio.jobs.workflows.run("flow").id
    assert studio.jobs.workflows.why(second)["a"] == ["The earlier result is older than 1 hours."]


def test_parameters_are_checked_before_a_run_begins(studio, save):
    path = save(work("a"), parameters={"rows": WorkflowParameter(type="int", required=True)})
    for values, message in (({}, "missing"), ({"rows": "5; import os"}, "whole number"), ({"row": 1}, "Did you mean")):
        with pytest.raises(Exception, match=message):
            studio.jobs.workflows.start(WorkflowRunSpec(path=path, parameters=values))
    assert studio.jobs.workflows.runs().total == 0


def test_two_processes_that_hear_at_once_begin_each_job_once(studio, save):
    from threading import Thread

    path = save(*(work(f"a{at}") for at in range(6)), work("z", needs=[f"a{at}" for at in range(6)]))
    run = studio.jobs.workflows.run(path).id
    others = [another(studio) for _ in range(3)]
    jobs = queued(studio)
    for job in jobs:
        finish(studio, job, tell=False)
    ended = [studio.jobs.queue.get(job.id) for job in jobs]
    threads = [Thread(target=lambda s=s: [s.jobs.workflows.settled(job) for job in ended]) for s in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [job.owner.node for job in queued(studio)] == ["z"]
    assert len(studio.jobs.owned(run)) == 7


class Crash(BaseException):
    """The process is killed here."""


def test_a_process_killed_at_any_statement_loses_nothing_and_repeats_nothing(studio, save, monkeypatch):
    each = work("b", needs=["a"], for_each=ForEach(items=[1, 2]), parameters={"x": "${{ item }}"})
    path = save(work("a"), each, work("c", needs=["b"]))
    kind, fragile = type(studio.jobs.database), {"left": 10**9}
    plain = kind.run

    def run(database, statement, values=None):
        fragile["left"] -= 1
        if fragile["left"] == 0:
            raise Crash
        return plain(database, statement, values)

    monkeypatch.setattr(kind, "run", run)
    for statement in range(1, 60, 5):
        run_id = studio.jobs.workflows.run(path, use_cache=False).id
        killed = another(studio)
        killed.jobs.workflows.get(run_id)
        while jobs := queued(studio):
            finish(studio, jobs[0], tell=False)
            fragile["left"] = statement
            try:
                killed.jobs.settled(killed.jobs.queue.get(jobs[0].id))
            except Crash:
                killed = another(studio)
            fragile["left"] = 10**9
            studio.jobs.workflows.reconcile()
        assert states(studio, run_id) == {"a": "succeeded", "b": "succeeded", "c": "succeeded"}
        assert sorted(job.owner.node for job in studio.jobs.owned(run_id)) == ["a", "b[0]", "b[1]", "c"]


def test_the_oldest_runs_are_forgotten(studio, save):
    path = save(work("a"))
    few = Studio.open(studio.project, **{**studio.settings.model_dump(), "keep_jobs": 2}).jobs.workflows
    for _ in range(4):
        drain(studio, few.run(path, use_cache=False).id)
    few.run(path, use_cache=False)
    assert (few.runs().total, few.runs().items[0].state) == (3, "running")
