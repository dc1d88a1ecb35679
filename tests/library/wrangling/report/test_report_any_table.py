"""The report takes whatever a table may hold: odd types, gaps, infinities, one row; and its mends can be run."""

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing.parametric import dataframes

from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.report.insights import report_of
from jupyter_mlstudio.wrangling.report.page import page

TYPES = [
    pl.Int8, pl.Int64, pl.UInt64, pl.Float32, pl.Float64, pl.String, pl.Boolean, pl.Date, pl.Datetime("us"), pl.Time,
    pl.Duration("ms"), pl.Categorical, pl.Datetime("ms", "Europe/Berlin"), pl.List(pl.Int64), pl.Binary,
]  # fmt: skip
FEW = st.sampled_from([None, "yes", "no", " Yes", "n/a", "2019-02-30", "2019-01-01", "1,200", "7 %", ""])


@st.composite
def tables(draw):
    """Make a table of random columns, some of them of a few values only, as long as the others."""
    rows = draw(st.sampled_from([1, 2, 25, 60]))
    odd = draw(dataframes(min_cols=1, max_cols=4, min_size=rows, max_size=rows, allowed_dtypes=TYPES, allow_null=True))
    few = draw(st.lists(FEW, min_size=rows, max_size=rows))
    numbers = draw(
        st.lists(st.sampled_from([None, 0.0, 1.0, -999.0, 1e300, float("inf")]), min_size=rows, max_size=rows)
    )
    return odd.with_columns(few=pl.Series(few, dtype=pl.String), number=pl.Series(numbers, dtype=pl.Float64)).fill_nan(
        None
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables(), st.data())
def test_any_table_can_be_reported_on_and_mended(table, data):
    target = data.draw(st.sampled_from([None, *table.columns]))

    report = report_of(table.lazy(), target)

    report.model_validate_json(report.model_dump_json())
    assert page(report).startswith("<!doctype html>")
    for each in report.insights:
        for mend in each.mends:
            Recipe.model_validate({"steps": list(mend.steps)}).run(table)


def test_a_table_of_nothing_but_lists_has_a_report():
    table = pl.DataFrame({"x": [[1], [2], None]})

    assert report_of(table.lazy()).insights[0].kind == "missing"
    assert report_of(table.lazy(), "x").problem is None
