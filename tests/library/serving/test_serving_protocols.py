"""What an endpoint of ours answers: the common suite, and what other kinds of models take."""

import json
import math
import re
import warnings

import httpx
import numpy as np
import pyarrow as pa
import pytest
import tritonclient.http as triton
from answering import Target
from protocols import ARROW, Protocols, arrow

from jupyter_mlstudio.serving.runtime.mlmodel import Field, read
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire import answers as written
from jupyter_mlstudio.serving.runtime.wire.frames import model_input
from jupyter_mlstudio.serving.runtime.wire.invocations import read_json
from jupyter_mlstudio.serving.runtime.wire.schema import Schema
from jupyter_mlstudio.serving.runtime.wire.streams import failure


class TestOriginal(Protocols):
    @pytest.fixture
    def target(self, delay):
        return delay


@pytest.fixture(scope="module")
def deployed(project_of):
    """An endpoint as users deploy it: compiled, and in a process of its own."""
    with project_of("delay") as studio:
        endpoint = studio.deploy("models/delay", "delay", trust=True)
        target = Target(endpoint.url, endpoint.key, "delay")
        yield target
        target.client.close()


class TestDeployed(Protocols):
    @pytest.fixture
    def target(self, deployed):
        return deployed


@pytest.mark.parametrize("name", ["delay", "array", "unsigned"])
def test_answers_are_those_of_mlflows_own_server(answers, models, name):
    import mlflow.pyfunc
    from mlflow.pyfunc.scoring_server import init

    bodies = {
        "delay": read(models / "delay").example_request(),
        "array": {"inputs": [[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]]},
        "unsigned": {"dataframe_split": {"columns": ["distance", "hour"], "data": [[200.0, 5], [2900.0, 4]]}},
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

        theirs = TestClient(init(mlflow.pyfunc.load_model(str(models / name)))).post("/invocations", json=bodies[name])
    ours = answers(name).rows(**bodies[name])
    assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json())


def test_a_model_of_any_other_kind_is_loaded_by_mlflow(answers):
    target = answers("code")
    answer = target.rows(dataframe_records=[{"value": 2.0}, {"value": 4}])
    assert answer.json() == {"predictions": [{"value": 4.0}, {"value": 8.0}]}
    assert target.rows(dataframe_records=[{"value": "2"}]).json()["reason"] == "type"
    lines = target.ask('{"value": 2.0}', "application/jsonlines", accept="application/jsonlines")
    assert lines.text == '{"value":4.0}\n'
    assert target.ask("value\n2\n", "text/csv", accept="text/csv").text == "4.0\n"
    table = pa.ipc.open_stream(target.rows_as(ARROW, dataframe_records=[{"value": 2.0}]).content).read_all()
    assert table.to_pydict() == {"value": [4.0]}


@pytest.mark.parametrize("compiled", [False, True])
def test_a_model_trained_on_an_array_takes_lists(answers, compiled):
    target = answers("array", compiled=compiled)
    lists = [[0.0, 0.0, 0.0], [1.0, 1.0, 1]]
    wanted = {"predictions": [False, True]}
    assert target.rows(instances=lists).json() == wanted
    assert target.rows(inputs=lists * 200).json() == {"predictions": wanted["predictions"] * 200}
    assert target.rows(dataframe_split={"data": lists}).json() == wanted
    assert target.rows(dataframe_split={"columns": [0, 1, 2], "data": lists}).json() == wanted
    assert target.ask("0,0,0\n1,1,1\n", "text/csv").json() == wanted
    assert target.ask("a,b,c\n0,0,0\n1,1,1\n", "text/csv").json() == wanted
    assert target.ask("[0,0,0]\n[1,1,1]", "application/jsonlines").json() == wanted
    assert target.ask('{"features": [1, 1, 1]}', "application/jsonlines").json() == {"predictions": [True]}
    assert target.ask(arrow(pa.table({"a": [0.0, 1.0], "b": [0, 1], "c": [0.0, 1.0]})), ARROW).json() == wanted
    for bad in ([[1.0, 2.0]], [[1.0, 2.0, "3"]], [[1.0, 2.0, True]], [[1.0, 2.0, None]], [1.0, 2.0, 3.0]):
        assert target.rows(inputs=bad).status_code == 400, bad


def test_the_open_inference_protocol_takes_one_matrix(answers):
    matrix = {"name": "input-0", "shape": [2, 3], "datatype": "FP64", "data": [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]}
    target = answers("array")
    answer = target.ask(json.dumps({"inputs": [matrix]}), path="/v2/models/array/infer").json()
    assert answer["outputs"] == [{"name": "predict", "shape": [2], "datatype": "BOOL", "data": [False, True]}]
    nested = {**matrix, "data": [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]}
    assert target.ask(json.dumps({"inputs": [nested]}), path="/v2/models/array/infer").json() == answer
    client = triton.InferenceServerClient(target.url.removeprefix("http://"))
    for kind, datatype in ((np.float64, "FP64"), (np.float32, "FP32"), (np.int64, "INT64"), (np.uint8, "UINT8")):
        made = triton.InferInput("x", [400, 3], datatype)
        made.set_data_from_numpy(np.array([[0, 0, 0], [1, 1, 1]] * 200, dtype=kind))
        found = client.infer("array", [made], headers={"Authorization": f"Bearer {target.key}"}).as_numpy("predict")
        assert found.tolist() == [False, True] * 200
    client.close()


def test_a_model_without_a_signature_takes_what_comes(answers):
    target, wanted = answers("unsigned"), {"predictions": [False, True]}
    table = {"distance": [200.0, 2900.0], "hour": [5, 4]}
    assert target.rows(inputs=table).json() == wanted
    assert target.ask("distance,hour\n200,5\n2900,4\n", "text/csv").json() == wanted
    assert target.ask(arrow(pa.table(table)), ARROW).json() == wanted
    assert target.rows(dataframe_records=[]).json() == {"predictions": []}


def test_named_tensors_are_taken_by_name_and_checked():
    schema = Schema([
        Field("image", "tensor", required=True, dtype="float32", shape=(-1, 2, 2)),
        Field("place", "tensor", required=True, dtype="int64", shape=(-1, 3)),
    ])  # fmt: skip
    good = {"image": [[[1, 2], [3, 4.5]]] * 2, "place": [[1, 2, 3]] * 2}
    rows, _ = read_json(schema, json.dumps({"inputs": good}).encode())
    given = model_input(schema, rows)
    shapes = {name: (array.shape, str(array.dtype)) for name, array in given.items()}
    assert shapes == {"image": ((2, 2, 2), "float32"), "place": ((2, 3), "int64")}
    with pytest.raises(
        RefusedError, match=r"Column 'place': Row 1: expected a whole number, got the text '3'\."
    ) as told:
        read_json(schema, json.dumps({"inputs": {**good, "place": [[1, 2, 3], [1, 2, "3"]]}}).encode())
    assert told.value.details == {"row": 1, "column": "place"}


@pytest.mark.parametrize("body", [{"inputs": ["a", "b"]}, {"instances": [["a"], ["b"]]}, {"inputs": {"q": ["a", "b"]}}])
def test_a_single_column_needs_no_name(body):
    rows, _ = read_json(Schema([Field("q", "string", required=True)]), json.dumps(body).encode())
    assert rows.cells == [("a",), ("b",)]


def test_the_open_inference_protocol_describes_the_model(delay):
    assert delay.client.get("/v2/models/delay").json() == {
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


def test_tritons_repository_is_the_endpoints_models(delay):
    client = triton.InferenceServerClient(delay.url.removeprefix("http://"))
    key = {"Authorization": f"Bearer {delay.key}"}
    index = client.get_model_repository_index(headers=key)
    assert index == [{"name": "delay", "version": "1", "state": "READY", "reason": ""}]
    client.load_model("delay", headers=key)
    with pytest.raises(triton.InferenceServerException, match="not loaded on demand"):
        client.unload_model("delay", headers=key)
    assert client.get_model_config("delay", headers=key)["input"][0]["data_type"] == "TYPE_STRING"
    assert "binary_tensor_data" in client.get_server_metadata(headers=key)["extensions"]
    client.close()


def test_a_model_that_yields_is_streamed(answers):
    target = answers("counter")
    body = json.dumps({"dataframe_records": [{"value": 3.0}]})
    events = target.ask(body, accept="text/event-stream")
    assert events.headers["content-type"] == "text/event-stream"
    assert events.text == 'data: "0"\n\ndata: "1"\n\ndata: "2"\n\n'
    assert target.ask(body, accept="application/x-ndjson").text == '"0"\n"1"\n"2"\n'
    broken = target.ask(json.dumps({"dataframe_records": [{"value": -1.0}]}), accept="text/event-stream")
    assert broken.text.startswith('data: "begin"\n\nevent: error\ndata: {"message":"The model failed')


def test_pieces_are_sent_as_they_are_made(answers):
    target = answers("counter")
    with target.client.stream(
        "POST", "/invocations", json={"dataframe_records": [{"value": 1000.0}]}, headers={"Accept": "text/event-stream"}
    ) as stream:
        assert next(stream.iter_text()).startswith('data: "0"')
    assert target.client.get("/ping").status_code == 200


def test_a_model_that_does_not_yield_streams_one_piece(delay, rows):
    answer = delay.ask(json.dumps({"dataframe_records": rows}), accept="text/event-stream")
    assert answer.text == 'data: ["on time","late"]\n\n'


def test_a_stream_that_breaks_off_says_why():
    refusal = RefusedError("model_failed", "No.", status=500)
    assert failure(b"text/event-stream", refusal).startswith(b'event: error\ndata: {"message":"No."')
    assert json.loads(failure(b"application/x-ndjson", refusal))["error"]["reason"] == "model_failed"


@pytest.mark.parametrize("path", ["/stats", "/openapi.json", "/v2", "/v2/models/delay", "/v2/models/delay/ready"])
def test_everything_but_health_and_the_page_wants_the_key(delay, path):
    refused = delay.client.get(path, headers={"Authorization": "Bearer wrong"})
    assert (refused.status_code, refused.json()["reason"]) == (401, "key")
    assert refused.headers["www-authenticate"] == "Bearer"
    assert httpx.get(delay.url + path, headers={"X-Api-Key": delay.key}).status_code == 200


def test_the_page_tells_nothing_of_the_model(delay):
    answer = httpx.get(delay.url + "/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    assert not {"delay", "carrier"} & set(answer.text.split())
    assert "https://" not in answer.text


def test_the_openapi_document_is_one(delay, rows):
    told = delay.client.get("/openapi.json").json()
    example = told["paths"]["/invocations"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert delay.rows(**example).status_code == 200
    assert told["components"]["schemas"]["Params"]["properties"]["predict_method"]["default"] == "predict"
    schemas = told["components"]["schemas"]
    references = re.findall(r'"\$ref":\s*"#/components/schemas/(\w+)"', json.dumps(told))
    assert set(references) == {"Invocation", "Row", "Params", "Predictions", "Failure"} == set(schemas)
    assert schemas["Invocation"]["oneOf"][0] == {"required": ["dataframe_records"]}
    assert told["info"]["title"] == "delay"


def test_an_answer_that_is_no_number_becomes_null():
    answer = written.predictions(np.array([1.0, math.nan, math.inf]))
    assert answer == b'{"predictions":[1.0,null,null]}'
