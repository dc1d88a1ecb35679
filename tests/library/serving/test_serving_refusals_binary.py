"""What an endpoint refuses of tables and tensors in binary forms."""

import json
import struct

import numpy as np
import pyarrow as pa
import pytest
from protocols import ARROW, arrow, frame

TABLES = {
    "no Arrow": (lambda _: b"ARROW1 or not", "malformed", None),
    "an empty body": (lambda _: b"", "malformed", None),
    "cut off": (lambda table: arrow(table)[:-100], "malformed", None),
    "missing column": (lambda table: arrow(table.drop_columns(["hour"])), "missing_column", "hour"),
    "extra column": (lambda table: arrow(table.append_column("tail", pa.array([1, 2]))), "extra_column", "tail"),
    "a column twice": (lambda table: arrow(table.append_column("hour", pa.array([1, 2]))), "duplicate_column", "hour"),
    "texts for numbers": (lambda table: arrow(changed(table, "distance", ["1.5", "2"])), "type", "distance"),
    "numbers for texts": (lambda table: arrow(changed(table, "carrier", [1, 2])), "type", "carrier"),
    "numbers for truths": (lambda table: arrow(changed(table, "weekend", [1, 0])), "type", "weekend"),
    "numbers for times": (lambda table: arrow(changed(table, "departure", [1, 0])), "type", "departure"),
    "fractions for whole numbers": (lambda table: arrow(changed(table, "hour", [1.0, 1.5])), "type", "hour"),
    "whole numbers too large": (
        lambda table: arrow(changed(table, "hour", pa.array([1, 2**64 - 1], pa.uint64()))),
        "type",
        "hour",
    ),
    "null where required": (lambda table: arrow(changed(table, "distance", [1.0, None])), "null", "distance"),
    "NaN where required": (lambda table: arrow(changed(table, "distance", [1.0, float("nan")])), "null", "distance"),
    "infinity": (lambda table: arrow(changed(table, "distance", [1.0, float("-inf")])), "type", "distance"),
    "lists": (lambda table: arrow(changed(table, "distance", [[1.0], [2.0]])), "type", "distance"),
}


def changed(table, name, values):
    return table.set_column(table.column_names.index(name), name, pa.array(values))


@pytest.mark.parametrize("case", TABLES)
def test_bad_tables_are_refused_with_a_reason(delay, rows, case):
    body, reason, column = TABLES[case]
    answer = delay.ask(body(pa.Table.from_pandas(frame(rows), preserve_index=False)), ARROW)
    content = answer.json()
    assert (answer.status_code, content["reason"], content.get("column")) == (400, reason, column), content
    assert "Traceback" not in answer.text


def test_what_is_no_parquet_is_refused(delay):
    answer = delay.ask(b"PAR1 and so on PAR1", "application/vnd.apache.parquet")
    assert (answer.status_code, answer.json()["reason"]) == (400, "malformed")


def binary(inputs, blobs=b"", length=None):
    head = json.dumps({"inputs": inputs}).encode()
    return head + blobs, str(len(head) if length is None else length)


def of(size, shape=(1,), datatype="FP64", name="distance"):
    return {"name": name, "shape": list(shape), "datatype": datatype, "parameters": {"binary_data_size": size}}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (binary([of(8)], b"\0" * 8, 99999), "cut_off"),
        (binary([of(8)], b"\0" * 8, "x"), "cut_off"),
        (binary([of(8)], b"\0" * 7), "cut_off"),
        (binary([of(-1)], b"\0" * 8), "cut_off"),
        (binary([of("8")], b"\0" * 8), "cut_off"),
        (binary([of(8)], b"\0" * 9), "form"),
        (binary([of(7)], b"\0" * 7), "shape"),
        (binary([of(8, (2,))], b"\0" * 8), "shape"),
        (binary([of(8, datatype="BF16")], b"\0" * 8), "datatype"),
        (binary([of(6, datatype="BYTES")], struct.pack("<I", 9) + b"ab"), "cut_off"),
        (binary([of(2, datatype="BYTES")], b"ab"), "cut_off"),
        (binary([of(6, datatype="BYTES")], struct.pack("<I", 2) + b"\xff\xfe"), "not_utf8"),
        (binary([of(8)], np.array([np.nan]).tobytes()), "missing_column"),
        (binary([of(8), of(8)], b"\0" * 16), "duplicate_column"),
    ],
)
def test_bad_binary_tensors_are_refused_with_a_reason(delay, asked, reason):
    body, length = asked
    answer = delay.ask(body, path="/v2/models/delay/infer", inference_header_content_length=length)
    assert (answer.status_code, answer.json()["reason"]) == (400, reason), answer.text


def test_no_number_in_a_binary_matrix_is_refused(answers):
    matrix = np.array([[0.0, 0.0, 0.0], [0.0, np.nan, 0.0]])
    body, length = binary([of(matrix.nbytes, (2, 3), name="x")], matrix.tobytes())
    answer = answers("array").ask(body, path="/v2/models/array/infer", inference_header_content_length=length)
    assert (answer.status_code, answer.json()["reason"], answer.json()["row"]) == (400, "null", 1)
