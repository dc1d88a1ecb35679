"""What an endpoint refuses, and whether it says why."""

import gzip
import json
import time

import pyarrow as pa
import pytest
from protocols import ARROW, arrow, csv, frame


def records(rows, **changes):
    return json.dumps({"dataframe_records": [{**rows[0], **changes}]})


BAD = {
    "missing column": (lambda rows: records(rows).replace('"carrier": "AA", ', ""), "missing_column", "'carrier'"),
    "extra column": (lambda rows: records(rows, tail=1), "extra_column", "'tail'"),
    "misspelt column": (lambda rows: records(rows).replace("distance", "distence"), "extra_column", "'distance'"),
    "text in a number column": (lambda rows: records(rows, distance="far"), "type", "a number"),
    "number as text": (lambda rows: records(rows, distance="1.5"), "type", "'distance'"),
    "fraction in a whole number column": (lambda rows: records(rows, hour=5.5), "type", "a whole number"),
    "truth in a number column": (lambda rows: records(rows, hour=True), "type", "'hour'"),
    "number in a text column": (lambda rows: records(rows, carrier=7), "type", "a text"),
    "number in a truth column": (lambda rows: records(rows, weekend=1), "type", "true or false"),
    "no time in a time column": (lambda rows: records(rows, departure="noon"), "type", "'departure'"),
    "list in a column": (lambda rows: records(rows, distance=[1]), "type", "a list"),
    "whole number too large": (lambda rows: records(rows, hour=2**70), "type", "'hour'"),
    "number too large": (lambda rows: records(rows).replace("200.0", "1e999"), "type", "'distance'"),
    "integer beyond any float": (lambda rows: records(rows, distance=10**400), "type", "'distance'"),
    "null where required": (lambda rows: records(rows, distance=None), "null", "'distance'"),
    "NaN": (lambda rows: records(rows).replace("200.0", "NaN"), "not_a_number", "'distance'"),
    "Infinity": (lambda rows: records(rows).replace("200.0", "-Infinity"), "not_a_number", "got -Infinity"),
    "no columns": (lambda _: '{"dataframe_records": [{}]}', "missing_column", "'carrier'"),
    "wrong columns without rows": (
        lambda _: '{"dataframe_split": {"columns": ["carrier"], "data": []}}',
        "missing_column",
        "'distance'",
    ),
    "malformed": (lambda _: '{"dataframe_records": [', "malformed", "JSON"),
    "empty": (lambda _: "", "malformed", "JSON"),
    "a list": (lambda _: "[1]", "malformed", "JSON object"),
    "no form": (lambda _: '{"rows": []}', "form", "dataframe_split"),
    "half a character": (lambda rows: records(rows, carrier="\ud800"), "type", "a text"),
    "cut off": (lambda rows: records(rows)[:-3], "malformed", "JSON"),
    "a second body": (lambda rows: records(rows) + "{}", "malformed", "JSON"),
    "a column as one value and as a list": (lambda _: '{"inputs": {"carrier": "AA", "hour": [1]}}', "form", "carrier"),
    "null for rows": (lambda _: '{"dataframe_records": null}', "form", "list"),
    "an object for rows": (lambda _: '{"dataframe_records": {"carrier": "AA"}}', "form", "list"),
    "columns that are no texts": (
        lambda rows: json.dumps({"dataframe_split": {"columns": [1, 2], "data": [[1, 2]]}}),
        "form",
        "list of texts",
    ),
    "a number of thousands of digits": (lambda rows: records(rows).replace("200.0", "9" * 9999), "malformed", "number"),
    "two forms": (lambda _: '{"inputs": [], "instances": []}', "form", "exactly one"),
    "rows of different width": (
        lambda rows: json.dumps({"dataframe_split": {"columns": list(rows[0]), "data": [list(rows[0].values()), [1]]}}),
        "ragged",
        "Row 1",
    ),
    "columns of different length": (lambda _: '{"inputs": {"a": [1, 2], "b": [1]}}', "ragged", "'b' has 1"),
    "a column twice": (
        lambda _: '{"dataframe_split": {"columns": ["a", "a"], "data": [[1, 2]]}}',
        "duplicate_column",
        "'a'",
    ),
    "lists without names": (lambda _: '{"instances": [[1, 2]]}', "unnamed", "column names"),
    "rows that are no objects": (lambda _: '{"dataframe_records": [1]}', "form", "row 0"),
    "objects and lists": (lambda _: '{"instances": [[1], {"a": 1}]}', "form", "not both"),
    "deep nesting": (lambda _: '{"inputs": ' + "[" * 100_000, "too_deep", "deeply"),
    "unknown method": (
        lambda rows: json.dumps({"dataframe_records": rows, "params": {"predict_method": "__class__"}}),
        "unknown_method",
        "predict_proba",
    ),
    "unknown parameter": (
        lambda rows: json.dumps({"dataframe_records": rows, "params": {"temperature": 1}}),
        "unknown_parameter",
        "temperature",
    ),
    "parameters that are no object": (
        lambda rows: json.dumps({"dataframe_records": rows, "params": 3}),
        "form",
        "params",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_rows_are_refused_with_a_reason(delay, rows, case):
    body, reason, told = BAD[case]
    answer = delay.ask(body(rows).encode("utf-8", "surrogatepass"))
    content = answer.json()
    assert (answer.status_code, content["reason"]) == (400, reason), content
    assert told in content["message"]
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text


def test_refusing_takes_no_time(delay, rows):
    bodies = [body(rows).encode("utf-8", "surrogatepass") for body, _, _ in BAD.values()]
    for body in bodies:
        delay.ask(body)
    begin = time.perf_counter()
    for body in bodies:
        delay.ask(body)
    assert (time.perf_counter() - begin) / len(bodies) < 0.01


def test_a_refusal_names_column_row_and_what_was_expected(delay, rows):
    bad = [rows[0], {**rows[1], "distance": "far"}]
    assert delay.rows(dataframe_records=bad).json() == {
        "message": "Column 'distance', row 1: expected a number, got the text 'far'.",
        "reason": "type",
        "error_code": "BAD_REQUEST",
        "column": "distance",
        "row": 1,
        "expected": "double",
    }


def test_a_misspelt_column_is_told_with_the_nearest_name(delay, rows):
    body = records(rows).replace("carrier", "carier")
    answer = delay.ask(body).json()
    assert (answer["column"], answer["nearest"]) == ("carier", "carrier")
    assert answer["message"] == "The model knows no column 'carier'. Did you mean 'carrier'?"


def test_text_that_is_not_utf8_is_refused(delay):
    for kind in ("application/json", "text/csv"):
        answer = delay.ask(b'{"inputs": "\xff\xfe"}', kind)
        assert (answer.status_code, answer.json()["reason"]) == (400, "not_utf8")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "malformed"),
        ("carrier,distance,hour,weekend,departure\nAA,far,5,true,2013-01-01\n", "type"),
        ("carrier,distance,hour,weekend,departure\nAA,nan,5,true,2013-01-01\n", "type"),
        ("carrier,distance,hour,weekend,departure\nAA,1_0,5,true,2013-01-01\n", "type"),
        ("carrier,distance,hour,weekend,departure\nAA,1,5,true,noon\n", "type"),
        ("carrier,distance,hour,weekend,departure\nAA,1,5,perhaps,2013-01-01\n", "type"),
        ("carrier,distance,hour,weekend,departure\nAA,1\n", "ragged"),
        ("carrier,distance\nAA,1\n", "missing_column"),
        ("AA,1,5,true,noon,A1\n", "extra_column"),
        ('carrier,distance\n"AA,1\n', "malformed"),
        ("carrier,carrier\nAA,AA\n", "duplicate_column"),
        ("carrier,distance,hour,weekend,departure\nAA,,5,true,2013-01-01\n", "null"),
    ],
)
def test_bad_csv_is_refused_with_a_reason(delay, body, reason):
    answer = delay.ask(body, "text/csv")
    assert (answer.status_code, answer.json()["reason"]) == (400, reason)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        (None, "form"),
        ([], "form"),
        ([{"name": "carrier"}], "form"),
        ([{"name": "carrier", "shape": [1], "datatype": "TEXT", "data": ["AA"]}], "datatype"),
        ([{"name": "carrier", "shape": [2], "datatype": "BYTES", "data": ["AA"]}], "shape"),
        ([{"name": "carrier", "shape": [-1], "datatype": "BYTES", "data": ["AA"]}], "shape"),
        ([{"name": "carrier", "shape": [1, 1, 1], "datatype": "BYTES", "data": ["AA"]}], "shape"),
        ([{"name": "carrier", "shape": [1], "datatype": "BYTES", "data": ["AA"]}], "missing_column"),
        ([{"name": "all", "shape": [1, 2], "datatype": "FP64", "data": [1, 2]}], "width"),
    ],
)
def test_bad_tensors_are_refused_with_a_reason(delay, inputs, reason):
    answer = delay.ask(json.dumps({"inputs": inputs}), path="/v2/models/delay/infer")
    assert (answer.status_code, answer.json()["reason"]) == (400, reason)


def test_an_output_that_the_model_lacks_is_refused(delay):
    carrier = {"name": "carrier", "shape": [1], "datatype": "BYTES", "data": ["AA"]}
    body = {"inputs": [carrier], "outputs": [{"name": "fit"}]}
    answer = delay.ask(json.dumps(body), path="/v2/models/delay/infer")
    assert (answer.status_code, answer.json()["reason"]) == (400, "unknown_output")


@pytest.mark.parametrize(
    ("path", "reason"), [("/v2/models/other", "unknown_model"), ("/v2/models/delay/versions/9", "unknown_version")]
)
def test_another_model_is_not_found(delay, path, reason):
    answer = delay.client.get(path)
    assert (answer.status_code, answer.json()["reason"]) == (404, reason)


def test_unknown_paths_and_methods_are_told_in_json(delay):
    assert (delay.client.get("/nothing").status_code, delay.client.get("/nothing").json()["reason"]) == (
        404,
        "not_found",
    )
    assert delay.client.get("/invocations").status_code == 405
    assert "invocations" in delay.client.get("/invocations").json()["message"]


@pytest.mark.parametrize("kind", ["application/xml", "application/json; charset=latin-1", "text/plain", ""])
def test_other_media_types_are_refused(delay, rows, kind):
    answer = delay.ask(records(rows), kind)
    assert (answer.status_code, answer.json()["reason"]) == (415, "media_type")


def test_an_answer_of_an_unknown_kind_is_refused(delay, rows):
    answer = delay.ask(records(rows), accept="image/png")
    assert (answer.status_code, answer.json()["reason"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("body", "encoding", "status", "reason"),
    [
        (gzip.compress(b'{"dataframe_records": []}', mtime=0)[:-9], "gzip", 400, "malformed"),
        (b"plain", "gzip", 400, "malformed"),
        (b"{}", "br", 415, "media_type"),
        (gzip.compress(b" " * 2**27, mtime=0), "gzip", 413, "too_large"),
    ],
    ids=["cut off", "not packed", "packed otherwise", "too large"],
)
def test_packed_bodies_are_refused_with_a_reason(delay, body, encoding, status, reason):
    answer = delay.ask(body, content_encoding=encoding)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)


def test_too_many_rows_are_refused(answers, rows):
    target = answers("delay", rows=1)
    table = pa.Table.from_pandas(frame(rows))
    for answer in (
        target.rows(dataframe_records=rows),
        target.ask(csv(rows), "text/csv"),
        target.ask(arrow(table), ARROW),
    ):
        assert (answer.status_code, answer.json()["reason"]) == (413, "too_many_rows")


def test_a_model_that_fails_answers_500_without_a_traceback(answers):
    answer = answers("crasher").rows(dataframe_records=[{"value": 0}])
    assert (answer.status_code, answer.json()["reason"]) == (500, "model_failed")
    assert "IndexError" in answer.json()["message"]
    assert "Traceback" not in answer.text


def test_values_that_the_model_itself_refuses_are_the_callers_matter(answers):
    answer = answers("unsigned").rows(dataframe_records=[{"distance": "far", "hour": 1}])
    assert (answer.status_code, answer.json()["reason"]) == (400, "model_refused")
