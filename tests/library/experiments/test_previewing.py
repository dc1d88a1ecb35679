"""Looking into the files of runs: what is told, how much of it, and that nothing is opened that could run."""

import json

import pytest

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.experiments.previewing.previews import Previews
from jupyter_mlstudio.experiments.previewing.reading import TEXT, WHOLE
from jupyter_mlstudio.experiments.previewing.types import ArtifactColumn, ModelField

MODEL = """
flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.7}
  sklearn: {pickled_model: model.pkl, sklearn_version: 1.9.1}
model_size_bytes: 1640
saved_input_example_info: {artifact_path: input_example.json, type: dataframe}
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}, {"type": "array", "items": {"type": "long"}, "name": "b", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1, 2]}}]'
  params: '[{"name": "limit", "type": "double", "default": 0.5}]'
"""  # noqa: E501  # as MLflow writes it


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


@pytest.fixture
def previews(tmp_path, files):
    def file(run_id, path):
        if not (files / path).is_file():
            raise NotFoundError(path)
        return files / path, False

    project = tmp_path / "project"
    project.mkdir()
    return Previews(project, file)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("plot.svg", b"<svg/>", "picture"),
        ("page.html", b"<p>", "page"),
        ("notes.md", b"# one", "markdown"),
        ("train.py", b"x = 1", "code"),
        ("MLmodel", b"flavors: {}", "code"),
        ("log", b"one line", "text"),
        ("book.ipynb", b"{}", "notebook"),
        ("paper.pdf", b"%PDF", "pdf"),
        ("voice.mp3", b"\0", "audio"),
        ("model.pkl", b"\x80\0", "binary"),
        ("values.json", b'{"a": [1]}', "json"),
        ("table.json", b'{"columns": ["a"], "data": [[1]]}', "table"),
        ("rows.json", b'[{"a": 1}, {"b": null}]', "table"),
        ("broken.json", b"{", "json"),
        ("weights.csv", b"", "table"),
    ],
)
def test_a_file_is_shown_by_its_kind(previews, files, name, content, kind):
    (files / name).write_bytes(content)
    told = previews.look("run", name)
    assert (told.kind, told.size, told.cut) == (kind, len(content), False)


def test_only_the_beginning_of_a_long_text_is_read(previews, files):
    (files / "log.txt").write_text("é" * TEXT)
    told = previews.look("run", "log.txt")
    assert (told.cut, len(told.text or "")) == (True, TEXT // 2)


def test_a_page_that_is_too_large_is_not_shown_in_part(previews, files):
    with (files / "page.html").open("wb") as file:
        file.truncate(WHOLE + 1)
    told = previews.look("run", "page.html")
    assert (told.cut, told.text) == (True, None)


def test_a_table_of_text_is_read_whatever_separates_its_values(previews, files):
    (files / "table.csv").write_text("\ufeffa;b\n1;'x;y'\n\"2;3\";\n" + "5;6\n" * 500)
    table = previews.look("run", "table.csv").table
    assert [column.name for column in table.columns] == ["a", "b"]
    assert (table.rows[1], len(table.rows), table.total) == (["2;3", ""], 200, None)


def test_a_wide_parquet_file_is_read_in_part_with_its_types(previews, files):
    import pyarrow
    import pyarrow.parquet

    wide = {f"c{number}": pyarrow.array([1.5, None]) for number in range(300)}
    pyarrow.parquet.write_table(pyarrow.table(wide), files / "wide.parquet")
    table = previews.look("run", "wide.parquet").table
    assert (table.columns[0], len(table.columns)) == (ArtifactColumn(name="c0", type="double"), 200)
    assert (table.width, table.total, table.rows[1][0]) == (300, 2, None)


def test_what_only_calls_itself_parquet_is_told_so(previews, files):
    (files / "odd.parquet").write_text("hello")
    with pytest.raises(InvalidError, match=r"'odd\.parquet' cannot be read as Parquet"):
        previews.look("run", "odd.parquet")


def test_a_model_is_described_from_its_files(previews, files):
    (files / "m").mkdir()
    (files / "m" / "MLmodel").write_text(MODEL)
    (files / "m" / "input_example.json").write_text('{"columns": ["a"], "data": [[0.5]]}')
    (files / "m" / "requirements.txt").write_text("# made by MLflow\nscikit-learn==1.9.1\n")
    (files / "m" / "model.pkl").write_bytes(b"never opened")
    told = previews.model("run", "m")
    assert told.model_copy(update={"example": None}).model_dump() == {
        "path": "m",
        "flavors": ["sklearn"],
        "version": "sklearn 1.9.1",
        "python": "3.11.7",
        "size": 1640,
        "inputs": [
            ModelField(name="a", type="double", required=True, default=None).model_dump(),
            ModelField(name="b", type="array of long", required=False, default=None).model_dump(),
        ],
        "outputs": [ModelField(name="", type="int64 [any x 2]", required=True, default=None).model_dump()],
        "params": [ModelField(name="limit", type="double", required=False, default="0.5").model_dump()],
        "example": None,
        "requirements": ["scikit-learn==1.9.1"],
    }
    assert told.example.table.rows == [["0.5"]]


def test_a_folder_that_holds_no_model_and_a_broken_one_are_told_so(previews, files):
    with pytest.raises(NotFoundError):
        previews.model("run", "m")
    (files / "m").mkdir()
    (files / "m" / "MLmodel").write_text("{")
    with pytest.raises(InvalidError, match="cannot be read"):
        previews.model("run", "m")


def test_a_table_in_json_becomes_parquet_in_the_project(previews, files, tmp_path):
    import pyarrow.parquet

    (files / "scores.json").write_text(json.dumps([{"a": 1, "b": "x"}, {"a": "two", "b": None}]))
    path = previews.in_project("run", "scores.json")
    assert path == "run artifacts/run/scores.parquet"
    table = pyarrow.parquet.read_table(tmp_path / "project" / path)
    assert table.to_pylist() == [{"a": "1", "b": "x"}, {"a": "two", "b": None}]


def test_a_file_of_the_project_is_opened_where_it_is_unless_that_is_hidden(tmp_path):
    (tmp_path / ".kept").mkdir()
    for name in ("t.csv", ".kept/t.csv"):
        (tmp_path / name).write_text("a")
    place = {"t.csv": tmp_path / "t.csv", "tables/t.csv": tmp_path / ".kept" / "t.csv"}
    previews = Previews(tmp_path, lambda run_id, path: (place[path], False))
    assert previews.in_project("run", "t.csv") == "t.csv"
    assert previews.in_project("0123456789", "tables/t.csv") == "run artifacts/01234567/tables/t.csv"
