"""Workflow files: what is refused and where, what stays when one thing changes, and what expressions can do."""

import difflib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlstudio import ConflictError, InvalidError, Studio
from jupyter_mlstudio.jobs.workflows.exchange import WorkflowExport, WorkflowImport
from jupyter_mlstudio.jobs.workflows.expressions import evaluate, filled
from jupyter_mlstudio.jobs.workflows.naming import names_of
from jupyter_mlstudio.jobs.workflows.reading import load, typed
from jupyter_mlstudio.jobs.workflows.types import Node, Workflow, WorkflowFileSpec, WorkflowText
from jupyter_mlstudio.jobs.workflows.writing import fresh, plain, rewritten

TEXT = """\
# What it is for
title: Mine   # a remark
parameters:
  rows: {type: int, default: 5}

nodes:
  # the first
  - id: a
    notebook: a.ipynb   # here
    # how many
    parameters:
      rows: ${{ parameters.rows }}

  - id: b
    function: f.py:g
    when: a.outputs.x > 1e-3

layout:
  a: [0, 0]
  b: [0, 120]
"""


def workflow():
    found, problems = typed(load(TEXT))
    assert problems == []
    return found


def changed(new):
    lines = difflib.unified_diff(TEXT.splitlines(), rewritten(TEXT, new).splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def with_nodes(*nodes):
    return workflow().model_copy(update={"nodes": list(nodes)})


def test_a_file_that_says_the_same_stays_as_it_is():
    assert rewritten(TEXT, workflow()) == TEXT


def test_a_node_that_is_moved_changes_one_line():
    new = workflow().model_copy(update={"layout": {"a": (10, 20), "b": (0, 120)}})
    assert changed(new) == ["-  a: [0, 0]", "+  a: [10, 20]"]


def test_a_changed_field_keeps_the_comments_around_it():
    a, b = workflow().nodes
    assert changed(with_nodes(a.model_copy(update={"parameters": {"rows": 7}, "notebook": "c.ipynb"}), b)) == [
        "-    notebook: a.ipynb   # here",
        "+    notebook: c.ipynb   # here",
        "-      rows: ${{ parameters.rows }}",
        "+      rows: 7",
    ]


def test_what_comes_first_anew_stands_below_the_comment_at_the_head():
    text = "# What it is for\nnodes: []\n"
    assert rewritten(text, Workflow(title="Mine", nodes=[])) == "# What it is for\ntitle: Mine\nnodes: []\n"


def test_the_defaults_of_a_function_are_told_as_they_are_written(tmp_path):
    (tmp_path / "f.py").write_text("def g(table, depth: int = 3, *, mode='quick', rate=1 / 3): ...\n")
    names = names_of(tmp_path, tmp_path, Node(id="a", function="f.py:g")).parameters
    assert [item.default_code for item in names] == ["", "3", "'quick'", "1 / 3"]


def test_an_added_node_leaves_the_others_alone():
    new = with_nodes(*workflow().nodes, Node(id="c", use="deploy", needs=["b"]))
    assert changed(new) == ["+  - id: c", "+    use: deploy", "+    needs: [b]", "+"]


def test_a_removed_node_takes_its_comments_along():
    assert changed(with_nodes(workflow().nodes[1]))[0] == "-  # the first"
    assert "+" not in "".join(line[0] for line in changed(with_nodes(workflow().nodes[1])))


names = st.text("abcxyz", min_size=1, max_size=4)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30) | st.sampled_from(
    ["yes", "1e-3", "0x1", "null", "# no", "a: b", "- x", "2026-01-01", "'", '"', " lead", "a\nb\n", "true", "=", "~"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
nodes = st.builds(
    Node,
    id=names.map(lambda name: f"n{name}"),
    title=texts,
    notebook=st.just("a.ipynb"),
    parameters=st.dictionaries(names, values, max_size=3),
    needs=st.lists(names, max_size=2),
    when=texts,
    timeout=st.none() | st.floats(1, 100),
)
workflows = st.builds(
    Workflow,
    title=texts,
    description=texts,
    nodes=st.lists(nodes, max_size=4, unique_by=lambda node: node.id),
    layout=st.dictionaries(names, st.tuples(st.integers(0, 999), st.integers(0, 999)), max_size=3),
)


@given(before=workflows, after=workflows)
def test_whatever_is_written_is_read_again(before, after):
    text = fresh(plain(before))
    assert typed(load(text)) == (before, [])
    assert typed(load(rewritten(text, after))) == (after, [])
    assert typed(load(rewritten(TEXT, after))) == (after, [])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("nodes:\n  - id: a\n    notebok: a.ipynb\n", 3, "Did you mean 'notebook'?"),
        ("nodes:\n  - id: a b\n    use: deploy\n", 2, "is not a name"),
        ("nodes:\n  - id: a\n", 2, "exactly one of notebook, function and use"),
        ("nodes:\n  - {id: a, use: train, needs: [c]}\n", 2, "There is no node 'c'"),
        ("nodes:\n  - id: item\n    notebook: a.ipynb\n", 2, "has a meaning"),
        ("nodes: [\n", 2, "no YAML"),
        ("a: &x 1\nb: *x\n", 2, "aliases"),
        ("title: [*x]\n", 1, "YAML"),
        ("title: a\ntitle: b\n", 2, "twice"),
        ("nodes:\n  - id: a\n    notebook: gone.ipynb\n", 3, "no file"),
        ("nodes:\n  - id: a\n    use: trian\n", 3, "Did you mean 'train'?"),
        ("nodes:\n  - id: a\n    use: train\n    parameters:\n      table: x\n      test_share: 3\n", 6, "less than 1"),
        ("nodes:\n  - id: a\n    function: f.py:g\n    when: __import__('os')\n", 4, "calls something other"),
        ("nodes:\n  - id: a\n    function: f.py:g\n    when: b.outputs.x\n", 4, "there is no node 'b'"),
        ("nodes:\n  - id: a\n    function: f.py:h\n", 3, "no function 'h'"),
        ("nodes:\n  - id: a\n    function: f.py:g\n    parameters: {z: 1}\n", 4, "no parameter 'z'"),
        ("parameters:\n  n: {type: int, default: x}\nnodes: []\n", 2, "whole number"),
        ("nodes:\n  - id: a\n    function: f.py:g\n    run_if: always\n", 4, "Use one of"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, line, message):
    (tmp_path / "f.py").write_text("def g(x=1):\n    return x\n")
    problems = Studio.open(tmp_path).jobs.workflows.check(WorkflowText(text=text)).problems
    assert [problem.line for problem in problems if message in problem.message] == [line], problems


def test_a_circle_is_named(tmp_path):
    text = "nodes:\n" + "".join(
        f"  - {{id: {a}, function: 'm:f', needs: [{b}]}}\n" for a, b in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    [problem] = Studio.open(tmp_path).jobs.workflows.check(WorkflowText(text=text)).problems
    assert "a → c → b → a" in problem.message


def test_a_file_that_somebody_else_changed_is_not_overwritten(tmp_path):
    workflows = Studio.open(tmp_path).jobs.workflows
    file = workflows.write(WorkflowFileSpec(path="a.workflow.yaml", text="title: x\n"))
    (tmp_path / "a.workflow.yaml").write_text("title: y\n")
    with pytest.raises(ConflictError, match="somebody else"):
        workflows.write(WorkflowFileSpec(path="a.workflow.yaml", text="title: z\n", digest=file.digest))
    for path in ("../a.workflow.yaml", "a.yaml"):
        with pytest.raises(InvalidError):
            workflows.write(WorkflowFileSpec(path=path, text=""))


SCOPE = {"train": {"outputs": {"auc": 0.9, "names": ["a", "b"]}, "state": "succeeded"}, "parameters": {"n": 3}}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("train.outputs.auc > 0.8 and parameters.n in [1, 3]", True),
        ("train.outputs['names'][1]", "b"),
        ("len(train.outputs.names) * 2 + 1", 5),
        ("max(1, parameters.n) if not false else null", 3),
        ("1 < parameters.n < 3", False),
        ("str(round(train.outputs.auc * 10)) + '!'", "9!"),
    ],
)
def test_an_expression_is_worked_out(expression, value):
    assert evaluate(expression, SCOPE) == value


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')", "().__class__", "train.__class__", "train.outputs.keys()", "open('x')",
        "[x for x in [1]]", "lambda: 1", "2 ** 999999999", "'a' * 10 ** 9", "10**15 * 10**16 * 10**16", "f'{train}'",
        "(a := 1)", "1; 2", "train.outputs.auc.real", "len", "parameters.n.__init__", "'%99999999d' % 1", "b'x'", "",
    ],
)  # fmt: skip
def test_what_is_no_plain_expression_is_refused(expression):
    with pytest.raises(InvalidError):
        evaluate(expression, SCOPE)


def test_values_are_never_read_as_expressions():
    evil = "${{ parameters.n }} __import__('os') {{ x }}"
    assert filled({"a": "${{ item }}", "b": ["<${{ item }}>"]}, {"item": evil}) == {"a": evil, "b": [f"<{evil}>"]}


PIPELINE = {
    "doc_type": "pipeline",
    "version": "3.0",
    "primary_pipeline": "p",
    "pipelines": [
        {
            "id": "p",
            "nodes": [
                {
                    "id": "1", "type": "execution_node", "op": "execute-notebook-node", "inputs": [],
                    "app_data": {
                        "component_parameters": {
                            "filename": "load data.ipynb", "dependencies": ["a.csv"], "cpu": 2, "runtime_image": "x",
                            "env_vars": [{"env_var": "A", "value": "b=c"}, "D=e", "F"],
                        },
                        "ui_data": {"label": "load data.ipynb", "x_pos": 10, "y_pos": 20},
                    },
                },
                {
                    "id": "2", "type": "execution_node", "op": "execute-python-node",
                    "inputs": [{"id": "inPort", "links": [{"id": "l", "node_id_ref": "1"}]}],
                    "app_data": {"filename": "clean.py", "ui_data": {"label": "clean.py", "x_pos": 200, "y_pos": 20}},
                },
                {"id": "3", "type": "execution_node", "op": "execute-r-node", "app_data": {"filename": "x.r"}},
            ],
            "app_data": {"properties": {"name": "theirs"}, "ui_data": {"comments": [{"content": "Note"}]}},
        }
    ],
}  # fmt: skip


def test_an_elyra_pipeline_is_taken_over_and_written_again(tmp_path, write):
    write("load data.ipynb", "1")
    (tmp_path / "clean.py").write_text("x = 1")
    (tmp_path / "theirs.pipeline").write_text(json.dumps(PIPELINE))
    workflows = Studio.open(tmp_path).jobs.workflows

    taken = workflows.take(WorkflowImport(path="theirs.pipeline"))

    file = workflows.read(taken.path)
    assert file.problems == []
    load_data, clean = file.workflow.nodes
    assert (load_data.id, load_data.files, load_data.environment) == ("load_data", ["a.csv"], {"A": "b=c", "D": "e"})
    assert (load_data.resources.cpu, clean.needs, file.workflow.description) == (2, ["load_data"], "Note")
    assert len(taken.left_out) == 3
    back = json.loads(workflows.export(WorkflowExport(path=taken.path, format="elyra")).text)
    assert [node["op"] for node in back["pipelines"][0]["nodes"]] == ["execute-notebook-node", "execute-python-node"]
    assert back["pipelines"][0]["nodes"][1]["inputs"][0]["links"][0]["node_id_ref"] == "load_data"
    with pytest.raises(ConflictError):
        workflows.take(WorkflowImport(path="theirs.pipeline"))


def test_an_airflow_dag_is_python_whatever_the_texts_hold(tmp_path, write):
    write("a.ipynb", "1")
    title = "x'''\"\"\"\\ {{ 1 }}\n"
    nodes = [Node(id="a", notebook="a.ipynb"), Node(id="b", notebook="a.ipynb", needs=["a"], run_if="any_failed")]
    workflows = Studio.open(tmp_path).jobs.workflows
    workflows.write(WorkflowFileSpec(path="f.workflow.yaml", workflow=Workflow(title=title, nodes=nodes)))
    spec = WorkflowExport(path="f.workflow.yaml", format="airflow", output="dag.py", schedule="0 6 * * *")
    exported = workflows.export(spec)
    compile(exported.text, "dag.py", "exec")
    assert (tmp_path / "dag.py").read_text() == exported.text
    assert "node_a >> node_b" in exported.text
    assert "trigger_rule='one_failed'" in exported.text
