"""What every endpoint of a model answers, wherever it runs: one suite, for anybody who answers for the model "delay".

Whoever serves it elsewhere makes a class of it with a fixture `target` of its own.
"""

import gzip
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tritonclient.http as triton

PREDICTED = ["on time", "late"]
ARROW = "application/vnd.apache.arrow.stream"


def split(rows):
    return {"columns": list(rows[0]), "data": [list(row.values()) for row in rows]}


def by_column(rows):
    return {name: [row[name] for row in rows] for name in rows[0]}


def csv(rows, *, header=True):
    lines = [",".join("" if cell is None else str(cell) for cell in row.values()) for row in rows]
    return "\n".join([",".join(rows[0]), *lines] if header else lines)


def frame(rows):
    table = pd.DataFrame(rows)
    return table.assign(departure=pd.to_datetime(table["departure"]))


def arrow(table):
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def tensor(name, values, datatype):
    array = np.asarray(values, dtype=object if datatype == "BYTES" else None)
    made = triton.InferInput(name, list(array.shape), datatype)
    made.set_data_from_numpy(array)
    return made


def tensors(rows):
    kinds = {"distance": "FP64", "hour": "INT64", "weekend": "BOOL"}
    return [tensor(name, column, kinds.get(name, "BYTES")) for name, column in by_column(without_gate(rows)).items()]


def without_gate(rows):
    """Leave out what may be left out: a text cannot be missing in Triton's protocol."""
    return [{name: cell for name, cell in row.items() if name != "gate"} for row in rows]


FORMS = {
    "split": lambda rows: {"dataframe_split": split(rows)},
    "records": lambda rows: {"dataframe_records": rows},
    "instances": lambda rows: {"instances": rows},
    "columns": lambda rows: {"inputs": by_column(rows)},
    "inputs": lambda rows: {"inputs": rows},
    "reordered split": lambda rows: {"dataframe_split": split([dict(reversed(row.items())) for row in rows])},
    "reordered records": lambda rows: {"dataframe_records": [dict(reversed(row.items())) for row in rows]},
    "an optional column left out": lambda rows: {"dataframe_split": split(without_gate(rows))},
    "whole numbers for real ones, and the other way round": lambda rows: {
        "dataframe_records": [{**row, "distance": int(row["distance"]), "hour": float(row["hour"])} for row in rows]
    },
    "a day for a time": lambda rows: {"dataframe_records": [{**row, "departure": "2013-01-01"} for row in rows]},
    "a time with its zone": lambda rows: {
        "dataframe_records": [{**row, "departure": row["departure"] + "Z"} for row in rows]
    },
    "pandas' index": lambda rows: {"dataframe_split": {**split(rows), "index": [0, 1]}},
    "empty params": lambda rows: {"dataframe_records": rows, "params": {}},
    "params that are null": lambda rows: {"dataframe_records": rows, "params": None},
}

BODIES = {
    "CSV": lambda rows: ("text/csv; charset=utf-8", csv(rows)),
    "CSV without a header": lambda rows: ("text/csv", csv(rows, header=False)),
    "CSV that says so": lambda rows: ("text/csv; header=absent", csv(rows, header=False)),
    "JSON lines": lambda rows: ("application/jsonlines", "\n".join(map(json.dumps, rows)) + "\n"),
    "Arrow": lambda rows: (ARROW, arrow(pa.Table.from_pandas(frame(rows)))),
    "Arrow with a dictionary": lambda rows: (
        ARROW,
        arrow(pa.Table.from_pandas(frame(rows).astype({"carrier": "category"}))),
    ),
    "Arrow in another order": lambda rows: (
        ARROW,
        arrow(pa.Table.from_pandas(frame(rows)[list(rows[0])[::-1]], preserve_index=False)),
    ),
    "Parquet": lambda rows: ("application/vnd.apache.parquet", parquet(rows)),
    "JSON with a charset": lambda rows: (
        "application/json; charset=UTF-8",
        json.dumps({"dataframe_records": rows}),
    ),
}


def parquet(rows):
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame(rows)), sink)
    return sink.getvalue()


class Protocols:
    """The suite; `target` answers for "delay", `rows` are two of its rows as JSON has them."""

    @pytest.mark.parametrize("form", FORMS)
    def test_every_json_form_of_mlflow_is_answered(self, target, rows, form):
        answer = target.rows(**FORMS[form](rows))
        assert (answer.status_code, answer.json()) == (200, {"predictions": PREDICTED})
        assert answer.headers["content-type"] == "application/json"

    @pytest.mark.parametrize("kind", BODIES)
    def test_every_kind_of_body_is_answered(self, target, rows, kind):
        content_type, body = BODIES[kind](rows)
        answer = target.ask(body, content_type)
        assert (answer.status_code, answer.json()) == (200, {"predictions": PREDICTED})

    @pytest.mark.parametrize("count", [1, 127, 128, 129, 1000])
    def test_many_rows_are_answered_like_few(self, target, rows, count):
        many = (rows * count)[:count]
        wanted = {"predictions": (PREDICTED * count)[:count]}
        assert target.rows(dataframe_split=split(many)).json() == wanted
        assert target.rows(inputs=by_column(many)).json() == wanted
        assert target.ask(csv(many), "text/csv").json() == wanted
        assert target.ask(arrow(pa.Table.from_pandas(frame(many))), ARROW).json() == wanted

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            ('{"dataframe_records": []}', "application/json"),
            ('{"instances": []}', "application/json"),
            ('{"dataframe_split": {"columns": COLUMNS, "data": []}}', "application/json"),
            ("carrier,distance,hour,weekend,departure\n", "text/csv"),
        ],
    )
    def test_no_rows_are_answered_with_no_predictions(self, target, rows, body, kind):
        answer = target.ask(body.replace("COLUMNS", json.dumps(list(rows[0]))), kind)
        assert (answer.status_code, answer.json()) == (200, {"predictions": []})

    def test_a_packed_body_is_unpacked(self, target, rows):
        body = gzip.compress(json.dumps({"dataframe_records": rows}).encode())
        assert target.ask(body, content_encoding="gzip").json() == {"predictions": PREDICTED}

    def test_probabilities_are_a_parameter(self, target, rows):
        answer = target.rows(dataframe_records=rows, params={"predict_method": "predict_proba"}).json()["predictions"]
        assert [round(sum(row), 6) for row in answer] == [1, 1]
        assert answer[0][0] < 0.5 < answer[1][0]
        asked = target.ask(csv(rows), "text/csv", "/invocations?predict_method=predict_proba")
        assert np.allclose(asked.json()["predictions"], answer)

    @pytest.mark.parametrize(
        ("accept", "kind", "body"),
        [
            ("text/csv", "text/csv; charset=utf-8", b"on time\nlate\n"),
            ("application/jsonlines", "application/jsonlines", b'{"prediction":"on time"}\n{"prediction":"late"}\n'),
            ("text/csv;q=0.5, application/json", "application/json", b'{"predictions":["on time","late"]}'),
            ("text/html, */*;q=0.1", "application/json", b'{"predictions":["on time","late"]}'),
        ],
    )
    def test_the_answer_is_of_the_kind_that_was_asked_for(self, target, rows, accept, kind, body):
        answer = target.ask(json.dumps({"dataframe_records": rows}), accept=accept)
        assert (answer.headers["content-type"], answer.content) == (kind, body)

    def test_arrow_goes_both_ways(self, target, rows):
        sent = arrow(pa.Table.from_pandas(frame(rows)))
        answer = target.ask(sent, ARROW, accept=ARROW)
        assert answer.headers["content-type"] == ARROW
        assert pa.ipc.open_stream(answer.content).read_all().to_pydict() == {"predict": PREDICTED}
        proba = target.ask(sent, ARROW, "/invocations?predict_method=predict_proba", accept=ARROW)
        table = pa.ipc.open_stream(proba.content).read_all()
        assert table.column_names == ["predict_proba_0", "predict_proba_1"]
        assert table["predict_proba_0"][0].as_py() < 0.5

    def test_the_open_inference_protocol_takes_columns_as_tensors(self, target, rows):
        kinds = {"carrier": "BYTES", "distance": "FP64", "hour": "INT64", "weekend": "BOOL"}
        inputs = [
            {"name": name, "shape": [2, 1] if name == "hour" else [2], "datatype": kinds.get(name, "BYTES"),
             "data": column}
            for name, column in by_column(rows).items()
        ]  # fmt: skip
        body = json.dumps({"id": "7", "inputs": inputs})
        answer = target.ask(body, path=f"/v2/models/{target.name}/infer").json()
        assert (answer["model_name"], answer["id"]) == (target.name, "7")
        assert answer["outputs"] == [{"name": "predict", "shape": [2], "datatype": "BYTES", "data": PREDICTED}]

    def test_tritons_client_works_unchanged(self, target, rows):
        client = triton.InferenceServerClient(target.url.removeprefix("http://"))
        key = {"Authorization": f"Bearer {target.key}"}
        assert client.is_server_live(headers=key)
        assert client.is_server_ready(headers=key)
        assert client.is_model_ready(target.name, headers=key)
        told = client.get_model_metadata(target.name, headers=key)
        assert told["inputs"][1] == {"name": "distance", "datatype": "FP64", "shape": [-1]}
        assert [output["name"] for output in told["outputs"]][:2] == ["predict", "predict_proba"]
        answer = client.infer(target.name, tensors(rows), headers=key, request_id="seven")
        assert answer.as_numpy("predict").tolist() == [text.encode() for text in PREDICTED]
        assert answer.get_response()["id"] == "seven"
        client.close()

    def test_tritons_client_asks_for_several_outputs_of_several_kinds(self, target, rows):
        client = triton.InferenceServerClient(target.url.removeprefix("http://"))
        outputs = [triton.InferRequestedOutput("predict_proba"), triton.InferRequestedOutput("predict", False)]
        key = {"Authorization": f"Bearer {target.key}"}
        answer = client.infer(
            target.name, tensors(rows), outputs=outputs, headers=key, request_compression_algorithm="gzip"
        )
        params = {"predict_method": "predict_proba"}
        wanted = target.rows(dataframe_records=without_gate(rows), params=params).json()["predictions"]
        assert np.array_equal(answer.as_numpy("predict_proba"), wanted)
        assert answer.as_numpy("predict").tolist() == PREDICTED
        client.close()

    def test_tritons_client_is_told_what_it_did_wrong(self, target, rows):
        client = triton.InferenceServerClient(target.url.removeprefix("http://"))
        key = {"Authorization": f"Bearer {target.key}"}
        with pytest.raises(triton.InferenceServerException, match="'distance'"):
            client.infer(target.name, [each for each in tensors(rows) if each.name() != "distance"], headers=key)
        client.close()

    def test_health_is_told_without_a_key(self, target):
        for path in ("/ping", "/health", "/v2/health/live"):
            assert target.client.get(path, headers={"Authorization": ""}).status_code == 200

    def test_requests_want_the_key(self, target, rows):
        refused = target.ask(json.dumps({"dataframe_records": rows}), Authorization="Bearer wrong")
        assert (refused.status_code, refused.json()["reason"]) == (401, "key")

    def test_the_openapi_document_names_the_models_columns(self, target):
        row = target.client.get("/openapi.json").json()["components"]["schemas"]["Row"]
        assert row["required"] == ["carrier", "distance", "hour", "weekend", "departure"]
        assert row["properties"]["gate"] == {"type": ["string", "null"]}
        assert row["properties"]["hour"] == {"type": "integer", "format": "int64"}

    @pytest.mark.parametrize(
        ("change", "reason", "column"),
        [
            ({"distance": "1.5"}, "type", "distance"),
            ({"hour": 5.5}, "type", "hour"),
            ({"distance": None}, "null", "distance"),
            ({"tail": 1}, "extra_column", "tail"),
        ],
    )
    def test_a_wrong_row_is_refused_with_the_name_of_the_column(self, target, rows, change, reason, column):
        answer = target.rows(dataframe_records=[{**rows[0], **change}])
        content = answer.json()
        assert (answer.status_code, content["reason"], content["column"]) == (400, reason, column)
        assert f"'{column}'" in content["message"]
