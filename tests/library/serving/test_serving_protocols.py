"""What an endpoint answers: in MLflow's protocol, in the Open Inference Protocol, and about itself."""

import math
import warnings

import numpy as np
import pytest

from jupyter_mlstudio.serving.runtime.mlmodel import read

PREDICTED = ["on time", "late"]


def split(rows):
    return {"columns": list(rows[0]), "data": [list(row.values()) for row in rows]}


def by_column(rows):
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.mark.parametrize(
    ("form", "shaped"),
    [
        ("dataframe_split", split),
        ("dataframe_records", list),
        ("instances", list),
        ("inputs", by_column),
        ("inputs", list),
    ],
)
def test_every_json_form_of_mlflow_is_answered(delay, rows, form, shaped):
    answer = delay.post("/invocations", json={form: shaped(rows)})
    assert (answer.status_code, answer.json()) == (200, {"predictions": PREDICTED})
    assert answer.headers["content-type"] == "application/json"


def test_csv_is_answered(delay, rows):
    lines = [",".join(rows[0]), *(",".join("" if cell is None else str(cell) for cell in row.values()) for row in rows)]
    answer = delay.post("/invocations", content="\n".join(lines), headers={"Content-Type": "text/csv; charset=utf-8"})
    assert answer.json() == {"predictions": PREDICTED}


def test_reordered_columns_are_put_right_by_name(delay, rows):
    turned = [dict(reversed(row.items())) for row in rows]
    assert delay.post("/invocations", json={"dataframe_split": split(turned)}).json() == {"predictions": PREDICTED}


def test_an_optional_column_may_be_left_out(delay, rows):
    without = [{name: value for name, value in row.items() if name != "gate"} for row in rows]
    assert delay.post("/invocations", json={"dataframe_records": without}).json() == {"predictions": PREDICTED}


def test_whole_numbers_do_for_real_ones_and_the_other_way_round(delay, rows):
    changed = [{**row, "distance": int(row["distance"]), "hour": float(row["hour"])} for row in rows]
    assert delay.post("/invocations", json={"dataframe_records": changed}).json() == {"predictions": PREDICTED}


def test_probabilities_are_a_parameter(delay, rows):
    answer = delay.post(
        "/invocations", json={"dataframe_records": rows, "params": {"predict_method": "predict_proba"}}
    ).json()["predictions"]
    assert [round(sum(row), 6) for row in answer] == [1, 1]
    assert answer[0][0] < 0.5 < answer[1][0]


@pytest.mark.parametrize("name", ["delay", "array", "unsigned"])
def test_answers_are_those_of_mlflows_own_server(application, models, name):
    import mlflow.pyfunc
    from mlflow.pyfunc.scoring_server import init
    from starlette.testclient import TestClient

    bodies = {
        "delay": read(models / "delay").example_request(),
        "array": {"inputs": [[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]]},
        "unsigned": {"dataframe_split": {"columns": ["distance", "hour"], "data": [[200.0, 5], [2900.0, 4]]}},
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = TestClient(init(mlflow.pyfunc.load_model(str(models / name)))).post("/invocations", json=bodies[name])
    ours = application(name).post("/invocations", json=bodies[name])
    assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json())


def test_a_model_of_any_other_kind_is_loaded_by_mlflow(application):
    client = application("code")
    answer = client.post("/invocations", json={"dataframe_records": [{"value": 2.0}, {"value": 4}]})
    assert answer.json() == {"predictions": [{"value": 4.0}, {"value": 8.0}]}
    refused = client.post("/invocations", json={"dataframe_records": [{"value": "2"}]})
    assert (refused.status_code, refused.json()["reason"]) == (400, "type")


def test_a_model_trained_on_an_array_takes_lists(application):
    client = application("array")
    lists = [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]
    wanted = {"predictions": [False, True]}
    assert client.post("/invocations", json={"instances": lists}).json() == wanted
    assert client.post("/invocations", json={"dataframe_split": {"data": lists}}).json() == wanted
    refused = client.post("/invocations", json={"inputs": [[1.0, 2.0]]})
    assert (refused.status_code, refused.json()["reason"]) == (400, "shape")


def test_the_open_inference_protocol_takes_columns_as_tensors(delay, rows):
    kinds = {"carrier": "BYTES", "distance": "FP64", "hour": "INT64", "weekend": "BOOL"}
    inputs = [
        {"name": name, "shape": [2, 1] if name == "hour" else [2], "datatype": kinds.get(name, "BYTES"), "data": column}
        for name, column in by_column(rows).items()
    ]
    answer = delay.post("/v2/models/delay/versions/1/infer", json={"id": "7", "inputs": inputs})
    assert answer.json() == {
        "model_name": "delay",
        "model_version": "1",
        "outputs": [{"name": "predict", "shape": [2], "datatype": "BYTES", "data": PREDICTED}],
        "id": "7",
    }
    both = {"inputs": inputs, "outputs": [{"name": "predict"}, {"name": "predict_proba"}]}
    names = [
        (output["name"], output["shape"], output["datatype"])
        for output in delay.post("/v2/models/delay/infer", json=both).json()["outputs"]
    ]
    assert names == [("predict", [2], "BYTES"), ("predict_proba", [2, 2], "FP64")]


def test_the_open_inference_protocol_takes_one_matrix(application):
    matrix = {"name": "input-0", "shape": [2, 3], "datatype": "FP64", "data": [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]}
    answer = application("array").post("/v2/models/array/infer", json={"inputs": [matrix]}).json()
    assert answer["outputs"] == [{"name": "predict", "shape": [2], "datatype": "BOOL", "data": [False, True]}]


def test_the_open_inference_protocol_describes_the_model(delay):
    assert delay.get("/v2/models/delay").json() == {
        "name": "delay",
        "versions": ["1"],
        "platform": "mlflow",
        "inputs": [
            {"name": "carrier", "datatype": "BYTES", "shape": [-1]},
            {"name": "distance", "datatype": "FP64", "shape": [-1]},
            {"name": "hour", "datatype": "INT64", "shape": [-1]},
            {"name": "weekend", "datatype": "BOOL", "shape": [-1]},
            {"name": "departure", "datatype": "BYTES", "shape": [-1]},
            {"name": "gate", "datatype": "BYTES", "shape": [-1]},
        ],
        "outputs": [
            {"name": "predict", "datatype": "BYTES", "shape": [-1]},
            {"name": "predict_proba", "datatype": "FP64", "shape": [-1, -1]},
            {"name": "predict_log_proba", "datatype": "FP64", "shape": [-1, -1]},
            {"name": "decision_function", "datatype": "FP64", "shape": [-1, -1]},
        ],
    }


@pytest.mark.parametrize(
    "path", ["/ping", "/health", "/version", "/v2/health/live", "/v2/health/ready", "/v2/models/delay/ready"]
)
def test_health_is_told_without_a_key(delay, path):
    assert delay.get(path, headers={"Authorization": ""}).status_code == 200


@pytest.mark.parametrize("path", ["/stats", "/openapi.json", "/v2", "/v2/models/delay"])
def test_everything_else_wants_the_key(delay, path):
    refused = delay.get(path, headers={"Authorization": "Bearer wrong"})
    assert (refused.status_code, refused.json()["reason"]) == (401, "key")
    assert refused.headers["www-authenticate"] == "Bearer"
    key = delay.headers["Authorization"].removeprefix("Bearer ")
    assert delay.get(path, headers={"Authorization": "", "X-Api-Key": key}).status_code == 200


def test_the_openapi_document_names_the_models_columns(delay):
    row = delay.get("/openapi.json").json()["components"]["schemas"]["Row"]
    assert row["required"] == ["carrier", "distance", "hour", "weekend", "departure"]
    assert row["properties"]["gate"] == {"type": ["string", "null"]}
    assert row["properties"]["hour"] == {"type": "integer", "format": "int64"}


def test_figures_count_requests_rows_and_errors(application, rows):
    client = application("delay")
    client.post("/invocations", json={"dataframe_records": rows})
    client.post("/invocations", json={"dataframe_records": []})
    figures = client.get("/stats").json()
    assert (figures["requests"], figures["errors"], figures["rows"], figures["waiting"]) == (2, 1, 2, 0)
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert figures["last_error"] == "There are no rows to predict. Send at least one."
    assert figures["history"][-1]["requests"] + figures["history"][-2 if len(figures["history"]) > 1 else -1][
        "requests"
    ] in (2, 4)


def test_an_answer_that_is_no_number_becomes_null():
    from jupyter_mlstudio.serving.runtime.answers import plain, to_json

    answer = to_json({"predictions": plain(np.array([1.0, math.nan, math.inf]))})
    assert answer == b'{"predictions":[1.0,null,null]}'
