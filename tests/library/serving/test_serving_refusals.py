"""What an endpoint refuses, and whether it says why."""

import asyncio
import json
import time

import pytest

from jupyter_mlstudio.serving.runtime.line import Line
from jupyter_mlstudio.serving.runtime.refusal import RefusedError


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
    "NaN": (lambda rows: records(rows).replace("200.0", "NaN"), "not_a_number", "NaN"),
    "Infinity": (lambda rows: records(rows).replace("200.0", "-Infinity"), "not_a_number", "Infinity"),
    "no rows": (lambda _: '{"dataframe_records": []}', "no_rows", "at least one"),
    "no columns": (lambda _: '{"dataframe_records": [{}]}', "missing_column", "'carrier'"),
    "no rows in a split": (lambda _: '{"dataframe_split": {"columns": ["carrier"], "data": []}}', "no_rows", "one"),
    "malformed": (lambda _: '{"dataframe_records": [', "malformed", "JSON"),
    "empty": (lambda _: "", "malformed", "JSON"),
    "a list": (lambda _: "[1]", "malformed", "JSON object"),
    "no form": (lambda _: '{"rows": []}', "form", "dataframe_split"),
    "two forms": (lambda _: '{"inputs": [], "instances": []}', "form", "exactly one"),
    "rows of different width": (
        lambda _: '{"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2], [1]]}}',
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
    answer = delay.post("/invocations", content=body(rows), headers={"Content-Type": "application/json"})
    content = answer.json()
    assert (answer.status_code, content["reason"]) == (400, reason)
    assert told in content["message"]
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text


def test_a_refusal_names_column_row_and_what_was_expected(delay, rows):
    bad = [rows[0], {**rows[1], "distance": "far"}]
    assert delay.post("/invocations", json={"dataframe_records": bad}).json() == {
        "message": "Column 'distance', row 1: expected a number, got the text 'far'.",
        "reason": "type",
        "error_code": "BAD_REQUEST",
        "column": "distance",
        "row": 1,
        "expected": "double",
    }


def test_a_misspelt_column_is_told_with_the_nearest_name(delay, rows):
    body = records(rows).replace("carrier", "carier")
    answer = delay.post("/invocations", content=body).json()
    assert (answer["column"], answer["nearest"]) == ("carier", "carrier")
    assert answer["message"] == "The model knows no column 'carier'. Did you mean 'carrier'?"


def test_text_that_is_not_utf8_is_refused(delay):
    for kind in ("application/json", "text/csv"):
        answer = delay.post("/invocations", content=b'{"inputs": "\xff\xfe"}', headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["reason"]) == (400, "not_utf8")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "malformed"),
        ("carrier,distance,hour,weekend,departure\n", "no_rows"),
        ("carrier,distance,hour,weekend,departure\nAA,far,5,true,2013-01-01\n", "type"),
        ("carrier,distance,hour,weekend,departure\nAA,nan,5,true,2013-01-01\n", "type"),
        ("carrier,distance,hour,weekend,departure\nAA,1\n", "ragged"),
        ("carrier,carrier\nAA,AA\n", "duplicate_column"),
        ("carrier,distance,hour,weekend,departure\nAA,,5,true,2013-01-01\n", "null"),
    ],
)
def test_bad_csv_is_refused_with_a_reason(delay, body, reason):
    answer = delay.post("/invocations", content=body, headers={"Content-Type": "text/csv"})
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
    answer = delay.post("/v2/models/delay/infer", json={"inputs": inputs})
    assert (answer.status_code, answer.json()["reason"]) == (400, reason)


def test_an_output_that_the_model_lacks_is_refused(delay):
    body = {"inputs": [], "outputs": [{"name": "fit"}]}
    answer = delay.post("/v2/models/delay/infer", json=body)
    assert (answer.status_code, answer.json()["reason"]) == (400, "unknown_output")


@pytest.mark.parametrize("path", ["/v2/models/other", "/v2/models/delay/versions/9"])
def test_another_model_is_not_found(delay, path):
    answer = delay.get(path)
    assert (answer.status_code, answer.json()["reason"]) == (404, "unknown_model")


def test_unknown_paths_and_methods_are_told_in_json(delay):
    assert (delay.get("/nothing").status_code, delay.get("/nothing").json()["reason"]) == (404, "not_found")
    assert (delay.get("/invocations").status_code, delay.get("/invocations").json()["reason"]) == (405, "not_found")


@pytest.mark.parametrize("kind", ["application/xml", "application/json; charset=latin-1", "text/plain"])
def test_other_media_types_are_refused(delay, rows, kind):
    answer = delay.post("/invocations", content=records(rows), headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["reason"]) == (415, "media_type")


def test_a_large_body_is_refused_before_it_is_read(application, rows):
    client = application("delay", body=1000)
    answer = client.post("/invocations", content=b"x" * 1001)
    assert (answer.status_code, answer.json()["reason"]) == (413, "too_large")
    chunked = client.post("/invocations", content=iter([b"x" * 600, b"x" * 600]))
    assert (chunked.status_code, chunked.json()["reason"]) == (413, "too_large")


def test_too_many_rows_are_refused(application, rows):
    answer = application("delay", rows=1).post("/invocations", json={"dataframe_records": rows})
    assert (answer.status_code, answer.json()["reason"]) == (413, "too_many_rows")


def test_a_model_that_fails_answers_500_without_a_traceback(application, capfd):
    answer = application("crasher").post("/invocations", json={"dataframe_records": [{"value": 0}]})
    assert (answer.status_code, answer.json()["reason"]) == (500, "model_failed")
    assert "IndexError" in answer.json()["message"]
    assert "Traceback" not in answer.text
    assert "Traceback" in capfd.readouterr().err


def test_values_that_the_model_itself_refuses_are_the_callers_matter(application):
    client = application("unsigned")
    answer = client.post("/invocations", json={"dataframe_records": [{"distance": "far", "hour": 1}]})
    assert (answer.status_code, answer.json()["reason"]) == (400, "model_refused")


async def waiting_line(limit, patience, calls):
    line = Line(limit, patience)
    outcomes = await asyncio.gather(*(line.run(lambda: time.sleep(0.2)) for _ in range(calls)), return_exceptions=True)
    line.close()
    return outcomes


def test_a_full_queue_sends_callers_away_with_a_time_to_come_back():
    outcomes = asyncio.run(waiting_line(2, 5, 4))
    assert outcomes[:2] == [None, None]
    assert [(error.status, error.reason, error.details["retry_after"]) for error in outcomes[2:]] == [
        (429, "busy", 1),
        (429, "busy", 1),
    ]


def test_whoever_waits_too_long_is_told():
    outcomes = asyncio.run(waiting_line(5, 0.1, 2))
    assert [(type(error), error.status, error.reason) for error in outcomes] == [(RefusedError, 504, "timeout")] * 2
