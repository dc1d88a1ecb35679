"""Whole tables through models: every kind of file, rows that cannot be answered, and what a kill leaves behind."""

import json
import signal
import sqlite3
import subprocess
import sys
import time

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import feather
from served import flights, pipeline

from jupyter_mlstudio.cli import main
from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError
from jupyter_mlstudio.serving.batch import sources
from jupyter_mlstudio.serving.batch.types import TransformSpec


@pytest.fixture(scope="module")
def studio(project_of):
    with project_of("delay", "delay2", "sleeper", "crasher", "array") as studio:
        yield studio


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    table = pd.concat([flights()] * 20, ignore_index=True)
    table.insert(0, "id", np.arange(len(table)))
    return table


@pytest.fixture(scope="module")
def wanted(rows) -> list[str]:
    return list(pipeline(("late", "on time")).predict(rows))


def written(folder, kind, rows):
    """Write the rows as a file of a kind, and return what to ask for."""
    name = f"rows.{kind}"
    path = folder / name
    if kind == "folder":
        path.mkdir(exist_ok=True)
        for start in range(0, len(rows), 500):
            rows[start : start + 500].to_parquet(path / f"part-{start:05}.parquet")
    elif kind == "sqlite":
        with sqlite3.connect(path) as connection:
            rows.to_sql("flights", connection, index=False, if_exists="replace")
        connection.close()
    elif kind == "duckdb":
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE OR REPLACE TABLE flights AS SELECT * FROM rows")
            connection.execute("CREATE OR REPLACE TABLE other AS SELECT 1 AS a")
        return name, {"table": "flights"}
    elif kind == "arrows":
        name, table = "stream.arrow", pa.Table.from_pandas(rows, preserve_index=False)
        with pa.OSFile(str(folder / name), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
    else:
        writers = {
            "parquet": lambda: rows.to_parquet(path),
            "csv": lambda: rows.to_csv(path, index=False),
            "tsv": lambda: rows.to_csv(path, index=False, sep="\t"),
            "jsonl": lambda: rows.to_json(path, orient="records", lines=True, date_format="iso"),
            "feather": lambda: feather.write_feather(rows, path),
        }
        writers[kind]()
    return name, {}


def read_back(path):
    readers = {".parquet": pd.read_parquet, ".csv": pd.read_csv, ".arrow": feather.read_feather}
    return readers.get(path.suffix, lambda file: pd.read_json(file, lines=True))(path)


def transform(studio, source, output, model="models/delay", **more):
    return studio.serving.transform(
        source, model=model, output=output, **{"carry": ["id"], "trust": True, "tell": lambda _: None, **more}
    )


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        ("parquet", "parquet"), ("csv", "csv"), ("tsv", "parquet"), ("jsonl", "jsonl"), ("feather", "arrow"),
        ("arrows", "parquet"), ("sqlite", "csv"), ("duckdb", "parquet"), ("folder", "parquet"),
    ],
)  # fmt: skip
def test_every_kind_of_file_is_answered_row_for_row(studio, rows, wanted, kind, ending):
    source, more = written(studio.project, kind, rows)
    result = transform(studio, source, f"out/{kind}.{ending}", **more)
    assert (result.rows, result.errors, result.columns) == (len(rows), 0, ["id", "prediction"])
    answers = read_back(studio.project / result.output)
    assert answers["prediction"].tolist() == wanted
    assert answers["id"].tolist() == rows["id"].tolist()


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda rows: pa.Table.from_pandas(pd.DataFrame(rows))])
def test_a_frame_of_the_notebook_is_answered(studio, rows, wanted, make):
    result = transform(studio, make(rows), "out/frame.parquet", carry=[])
    assert pd.read_parquet(studio.project / result.output)["prediction"].tolist() == wanted
    with pytest.raises(InvalidError, match="output: say where"):
        transform(studio, make(rows), "")


def test_probabilities_get_a_column_a_class_and_all_columns_can_be_carried(studio, rows):
    source, _ = written(studio.project, "parquet", rows)
    result = transform(studio, source, "out/chances", method="predict_proba", carry=["*"], column="chance")
    assert result.columns == [*rows.columns, "chance_late", "chance_on time"]
    found = pd.read_parquet(studio.project / "out/chances")
    expected = pipeline(("late", "on time")).predict_proba(rows)
    assert np.allclose(found[["chance_late", "chance_on time"]], expected, atol=1e-12)
    pd.testing.assert_frame_equal(found[list(rows.columns)], rows, check_dtype=False)


def test_a_model_of_an_array_takes_the_columns_in_their_order(studio):
    frame = pd.DataFrame({"id": [1, 2], "a": [0.0, 1.0], "b": [0.0, 1.0], "c": [0.0, 1.0]})
    result = transform(studio, frame, "out/array.jsonl", model="models/array")
    lines = (studio.project / result.output).read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"id": 1, "prediction": False}, {"id": 2, "prediction": True}]


def test_lines_that_are_no_rows_keep_their_places_and_are_told_of(studio, rows, wanted):
    lines = rows.head(8).to_csv(index=False).splitlines()
    lines[2] = lines[2].replace(lines[2].split(",")[2], "far", 1)
    lines[4] = "too,few"
    lines[6] = lines[6].replace("UA", "", 1).replace("AA", "", 1).replace("DL", "", 1)
    (studio.project / "bad.csv").write_text("\n".join(lines))
    result = transform(studio, "bad.csv", "out/bad.parquet")
    answers = pd.read_parquet(studio.project / "out/bad.parquet")["prediction"]
    good = [place for place in range(8) if place not in (1, 3, 5)]
    assert answers[good].tolist() == [wanted[place] for place in good]
    assert answers[[1, 3, 5]].isna().all()
    told = pd.read_parquet(studio.project / result.errors_path)
    assert told["row"].tolist() == [1, 3, 5]
    assert told["reason"].tolist() == [
        "Column 'distance': expected a number, got the text 'far'.",
        "The line has 2 values; 7 were expected.",
        "Column 'carrier' has no value; a text is required there.",
    ]
    with pytest.raises(EngineError, match="3 rows cannot be answered; at most 1 were allowed"):
        transform(studio, "bad.csv", "out/bad2.parquet", most_errors=1)
    assert not (studio.project / "out/bad2.parquet").exists()


def test_values_of_other_types_are_told_of_in_json_and_parquet(studio, rows):
    objects = json.loads(rows.head(6).to_json(orient="records", date_format="iso"))
    objects[1]["hour"], objects[2]["weekend"] = 1.5, "maybe"
    (studio.project / "bad.jsonl").write_text("\n".join([*map(json.dumps, objects), "{broken"]))
    result = transform(studio, "bad.jsonl", "out/bad.csv")
    told = pd.read_parquet(studio.project / result.errors_path)
    assert told["row"].tolist() == [1, 2, 6]
    assert told["reason"][0] == "Column 'hour': expected a whole number, got 1.5."
    numbers = rows.head(6).assign(distance=[1.0, np.inf, np.nan, 4.0, 5.0, 6.0], hour=[1.0, 2.0, 3.0, 4.5, 5.0, 6.0])
    told = pd.read_parquet(studio.project / transform(studio, numbers, "out/bad.arrow").errors_path)
    assert list(zip(told["row"], told["column"], told["id"], strict=True)) == [
        (1, "distance", 1), (2, "distance", 2), (3, "hour", 3)
    ]  # fmt: skip


def test_a_row_that_the_model_fails_for_does_not_spoil_its_neighbours(studio):
    frame = pd.DataFrame({"seconds": [-1.0, 0.0, 0.001]})
    result = transform(studio, frame, "out/some.csv", model="models/sleeper", carry=["seconds"])
    assert pd.read_csv(studio.project / "out/some.csv")["prediction"].tolist()[1:] == [0.0, 0.001]
    reason = "The model could not use these values: sleep length must be non-negative"
    told = pl.read_parquet(studio.project / result.errors_path).to_dicts()
    assert told == [{"row": 0, "column": None, "reason": reason, "seconds": -1.0}]
    with pytest.raises(EngineError, match="The model answers none of the rows"):
        transform(studio, pd.DataFrame({"value": [0.0] * 99}), "out/none.csv", model="models/crasher", carry=[])


def test_what_does_not_fit_is_refused_before_anything_is_done(studio, rows):
    source, _ = written(studio.project, "parquet", rows)
    (studio.project / "notes.txt").write_text("x")
    rows.rename(columns={"distance": "distanc"}).to_parquet(studio.project / "typo.parquet")
    rows.assign(distance="far").to_parquet(studio.project / "text.parquet")
    for asked, message in [
        ({"source": "typo.parquet"}, "'distance' is missing; the model wants a number there. Did you mean 'distanc'"),
        ({"source": "text.parquet"}, "'distance' holds large_string; the model wants a number there"),
        ({"source": "notes.txt"}, "of no known kind"),
        ({"source": "../elsewhere.parquet"}, "outside the project"),
        ({"output": "out/x.xls"}, "output: 'out/x.xls' is of no known kind"),
        ({"carry": ["idd"]}, "carry: the rows have no column 'idd'"),
        ({"column": "id"}, "column: the rows have a column 'id' already"),
        ({"method": "predict_odds"}, "method: the model has no 'predict_odds'"),
        ({"trust": False, "model": "models/delay2"}, "not known to come from this project"),
    ]:
        with pytest.raises(InvalidError, match=message):
            transform(studio, **{"source": source, "output": "out/refused.parquet", **asked})
    with pytest.raises(NotFoundError, match=r"no file 'none\.parquet'"):
        transform(studio, "none.parquet", "out/refused.parquet")
    with pytest.raises(ConflictError, match="Name another"):
        transform(studio, source, source)
    assert not (studio.project / "out/refused.parquet").exists()


def test_a_text_file_is_cut_where_a_row_ends(studio, rows, wanted, monkeypatch):
    monkeypatch.setattr(sources, "BYTES", 200)
    quoted = rows.head(60).assign(id=[f'line one\nline "two", {number}' for number in range(60)])
    quoted.to_csv(studio.project / "cut.csv", index=False)
    assert len(sources.pieces_of([studio.project / "cut.csv"], None)) > 10
    transform(studio, "cut.csv", "out/cut.parquet", workers=2)
    answers = pd.read_parquet(studio.project / "out/cut.parquet")
    assert answers["id"].tolist() == quoted["id"].tolist()
    assert answers["prediction"].tolist() == wanted[:60]


SLOW = """
import sys
from jupyter_mlstudio import Studio
Studio.open(sys.argv[1]).serving.transform("slow", model="models/sleeper", output="slow.csv", carry=["id"], trust=True,
                                           tell=lambda progress: print(progress.rows, flush=True))
"""


def test_a_transform_that_was_killed_goes_on_where_it_was(studio):
    folder, before = studio.project / "slow", set((studio.state / "transforms").glob("*"))
    folder.mkdir()
    for part in range(6):
        frame = pd.DataFrame({"id": [2 * part, 2 * part + 1], "seconds": [0.3, 0.3]})
        frame.to_csv(folder / f"{part}.csv", index=False)
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(studio.project)], stdout=subprocess.PIPE, text=True)
    assert any(int(line) >= 4 for line in process.stdout)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not (studio.project / "slow.csv").exists()

    result = transform(studio, "slow", "slow.csv", model="models/sleeper")

    assert result.rows == 12
    assert result.continued_rows >= 4
    assert pd.read_csv(studio.project / "slow.csv")["id"].tolist() == list(range(12))
    assert set((studio.state / "transforms").glob("*")) == before


def test_a_transform_as_a_job_is_listed_stopped_and_gone_on_with(studio):
    folder = studio.project / "later"
    folder.mkdir()
    for part in range(8):
        pd.DataFrame({"seconds": [0.5]}).to_parquet(folder / f"{part}.parquet")
    spec = TransformSpec(source="later", folder="models/sleeper", output="later.parquet", trust=True)
    transforms = studio.serving.transforms
    begun = transforms.start(spec)
    until(lambda: (progress := transforms.get(begun.id).progress) and progress.rows >= 2)
    with pytest.raises(ConflictError, match="has not ended"):
        transforms.remove(begun.id)
    transforms.stop(begun.id)
    until(lambda: transforms.get(begun.id).ended_at)
    stopped = transforms.get(begun.id)
    assert (stopped.state, stopped.can_continue, stopped.label) == ("stopped", True, "models/sleeper")
    again = transforms.start(spec)
    until(lambda: transforms.get(again.id).ended_at)
    done = transforms.all().items[0]
    assert (done.id, done.state, done.error) == (again.id, "succeeded", None)
    assert (done.result.rows, done.result.continued_rows >= 2, done.result.output) == (8, True, "later.parquet")
    transforms.remove(begun.id)
    assert [each.id for each in transforms.all().items] == [again.id]


def test_the_command_line_transforms_and_tells_of_rows_without_an_answer(studio, rows, capsys):
    written(studio.project, "parquet", rows)
    asked = ["--project", str(studio.project), "transform", "rows.parquet", "cli.csv", "--model", "models/delay"]
    assert main([*asked, "--trust", "--carry", "id"]) == 0
    assert "1,200 rows in" in capsys.readouterr().out
    rows.head(3).assign(carrier=[None, "AA", "UA"]).to_parquet(studio.project / "gap.parquet")
    asked[3:5] = ["gap.parquet", "gap.csv"]
    assert main([*asked, "--trust"]) == 3
    assert "1 rows have no answer; the reasons are in gap.errors.parquet" in capsys.readouterr().err


def until(holds, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
