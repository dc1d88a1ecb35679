"""Rules, suggestions, clusters and examples on columns of every type and with every name."""

import datetime as dt
import decimal

import polars as pl
import pytest

from jupyter_mlstudio.wrangling.assist.clusters import clusters
from jupyter_mlstudio.wrangling.assist.example import synthesise
from jupyter_mlstudio.wrangling.assist.suggestions import suggestions
from jupyter_mlstudio.wrangling.assist.types import Cell, Selected
from jupyter_mlstudio.wrangling.rules.check import check
from jupyter_mlstudio.wrangling.rules.pandera import export
from jupyter_mlstudio.wrangling.rules.suggest import suggest

N = 30
TABLE = pl.DataFrame(
    {
        "list": [[1, 2]] * N,
        "bin": [b"x"] * N,
        "struct": [{"a": number} for number in range(N)],
        "null": [None] * N,
        "span": [dt.timedelta(days=number) for number in range(N)],
        "cat": pl.Series(["a", "b"] * 15, dtype=pl.Categorical),
        "enum": pl.Series(["x", "y"] * 15, dtype=pl.Enum(["x", "y"])),
        "decimal": pl.Series([decimal.Decimal(number) for number in range(N)]),
        "time": [dt.time(number % 24) for number in range(N)],
        "infinite": [float("inf")] * 10 + [float("-inf")] * 10 + [1.0] * 10,
        "nan": [float("nan")] * N,
        "big": [2**62 + number for number in range(N)],
        "small": pl.Series(range(N), dtype=pl.UInt8),
        "huge": pl.Series(range(N), dtype=pl.Int128),
        "zone": [dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=number) for number in range(N)],
        "truth": [True, None] * 15,
        "long": ["word " * 2000] * N,
        "no date": ["2013-02-30"] * N,
        "": ["z"] * N,
        "we`ird": ["a-b"] * N,
        'q"uote\\': ["x y"] * N,
        "new\nline": ["p q", "r"] * 15,
        "emoji 🎉": ["é à", "ü ö"] * 15,
        "for": [1.5] * N,
        "^a$": ["x1"] * N,
    }
)


@pytest.mark.parametrize("name", TABLE.columns)
def test_suggestions_come_for_any_column(name):
    value = None if TABLE[name][0] is None else str(TABLE[name][0])
    for selected in (
        Selected(columns=(name,)),
        Selected(cell=Cell(column=name, value=value)),
        Selected(cell=Cell(column=name, value=value), text=value and value[:2]),
    ):
        for each in suggestions(TABLE, selected):
            assert each.model_dump_json()


def test_rules_that_are_suggested_are_kept_by_any_table():
    rules = [item.rule for item in suggest(TABLE, TABLE.columns, "exact").items]

    assert check(TABLE.lazy(), rules).text() == f"All {len(rules)} rules are kept."
    assert check(TABLE.clear().lazy(), rules).failed == 0
    assert export(rules, dict(TABLE.schema)).left_out == ()


@pytest.mark.parametrize("want", ["a", "z!", "x", "1", "2020", "word", "é"])
def test_examples_never_break_on_any_column(want):
    for name in TABLE.columns:
        for found in synthesise(TABLE, [name], [0], [want]):
            assert str(found.values[0]) == want or float(found.values[0]) == pytest.approx(float(want), rel=1e-11)
    synthesise(TABLE, TABLE.columns, [0, 1], [f"é {want}", f"ü {want}"])


@pytest.mark.parametrize("method", ["fingerprint", "ngram", "phonetic", "levenshtein", "jaro_winkler"])
def test_any_text_can_be_clustered(method):
    for name in ("cat", "enum", "long", "emoji 🎉", "new\nline", ""):
        assert clusters(TABLE.lazy(), name, method, 0.8, 10).rows == N
