"""JSON is read in two ways, a quick and an exact one, and both find the same rows."""

import json
import random

import pytest

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.exact import rows_of_table
from jupyter_mlstudio.serving.runtime.wire.forms import load_json, table_of
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

KINDS = [
    Field("a", "double", required=True),
    Field("b", "long", required=False),
    Field("c", "string", required=False),
    Field("d", "boolean", required=False),
    Field("e", "datetime", required=False),
    Field("f", "float", required=False),
    Field("g", "binary", required=False),
    Field("naïve «name»", "integer", required=False),
]
CELLS = [1.5, 2, "three", True, "2013-01-31T23:59:00", 0.25, "aGk=", -7]
ORDERS = [list(range(8)), list(range(7, -1, -1)), [0, 2, 4, 6, 1, 3, 5, 7], [0], [0, 7], [5, 0, 3]]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("count", [1, 300])
def test_the_quick_way_and_the_exact_one_agree(order, count):
    schema = Schema(KINDS)
    names, cells = [KINDS[place].name for place in order], [CELLS[place] for place in order]
    row = dict(zip(names, cells, strict=True))
    empty = {name: value if name == "a" else None for name, value in row.items()}
    for rows in ([row] * count, [row, empty] * count):
        for body in (
            {"dataframe_split": {"columns": names, "data": [list(each.values()) for each in rows]}},
            {"dataframe_records": rows},
            {"inputs": {name: [each[name] for each in rows] for name in names}},
        ):
            text = json.dumps(body).encode()
            quick = schema.typed.read(text)
            assert quick is not None
            assert same(quick[0], rows_of_table(schema, table_of(load_json(text))))


GOOD = {
    "double": [1.5, 2],
    "float": [1.5, 3],
    "long": [4, 2**62],
    "integer": [4, -5],
    "boolean": [True, False],
    "string": ["a", "é"],
    "datetime": ["2013-01-01T05:00:00", "2013-01-01T05:00:00Z", "2013-01-01"],
    "binary": ["aGk="],
    "any": [1, "a"],
}
ODD = [
    *(0, 5.0, True, None, "", "1.5", "x", [1], {"a": 1}, 2**31, 2**63, 2**64, 1e39, 10**400, "aGk"),
    *("20130101", "2013-01-01T24:00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"),
]


def outcome(read):
    try:
        rows = read()
    except RefusedError as refusal:
        return refusal.reason
    return None if rows is None else [tuple(map(repr, row)) for row in rows.cells]


def test_what_the_quick_way_takes_is_what_the_exact_one_takes():
    draw = random.Random(0)
    taken = 0
    for _ in range(1500):
        types = draw.choices(list(GOOD), k=draw.randint(1, 4))
        schema = Schema([Field(f"c{n}", kind, required=draw.random() < 0.6) for n, kind in enumerate(types)])
        names = draw.sample(schema.names, len(types) - (draw.random() < 0.15)) + ["zz"] * (draw.random() < 0.05)
        kinds = dict(zip(schema.names, types, strict=True))
        rows = [
            {name: draw.choice(ODD if draw.random() < 0.1 else GOOD[kinds.get(name, "any")]) for name in names}
            for _ in range(draw.randint(1, 3))
        ]
        body = draw.choice([
            {"dataframe_split": {"columns": names, "data": [list(row.values()) for row in rows]}},
            {"instances": rows},
            {"inputs": {name: [row[name] for row in rows] for name in names}},
        ])  # fmt: skip
        text = json.dumps(body).encode()
        quick = outcome(lambda: (schema.typed.read(text) or [None])[0])  # noqa: B023  # called at once
        exact = outcome(lambda: rows_of_table(schema, table_of(load_json(text))))  # noqa: B023  # the same
        assert quick in (None, exact), text
        taken += isinstance(quick, list)
    assert taken > 500


def same(one, other):
    if one.count != other.count or (one.cells is None) != (other.cells is None):
        return False
    if one.cells is not None:
        return one.cells == other.cells
    return all(
        mine.to_pylist() == theirs.to_pylist()
        if hasattr(mine, "to_pylist")
        else mine.dtype == theirs.dtype and (mine.astype(str) == theirs.astype(str)).all()
        for mine, theirs in zip(one.columns, other.columns, strict=True)
    )
