import pandas as pd
import polars as pl
import pytest

from jupyter_mlstudio import Recipe, Studio, steps
from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.kernel import SHOWN
from jupyter_mlstudio.wrangling.sources.types import FrameSource

FILLED = Recipe(source=FrameSource(name="table"), steps=(steps.FillMissing(columns=["a"]),))


@pytest.fixture
def studio(tmp_path):
    return Studio.open(tmp_path)


def test_what_was_made_in_the_view_comes_back_to_python(studio):
    widget = studio.wrangle(pd.DataFrame({"a": [1.0, None]}))
    assert widget.recipe == Recipe()

    widget.set_state({"recipe": FILLED.model_dump(mode="json")})

    assert widget.recipe == FILLED
    assert widget.frame["a"].tolist() == [1.0, 1.0]
    assert isinstance(widget.frame, pd.DataFrame)
    assert ".fill_null(1.0)" in widget.code


def test_a_polars_frame_stays_one(studio):
    widget = studio.wrangle(pl.DataFrame({"a": [1.0, None]}), FILLED)

    assert widget.frame.rows() == [(1.0,), (1.0,)]


def test_the_frame_is_kept_for_the_view_until_it_closes(studio):
    frame = pd.DataFrame({"a": [1]})
    widget = studio.wrangle(frame)

    assert SHOWN.all()[widget.source.name] is frame
    widget.close()
    assert widget.source.name not in SHOWN.all()


def test_the_view_is_told_where_it_finds_its_code(studio):
    state = studio.wrangle(pd.DataFrame({"a": [1]})).get_state()

    assert (state["_model_module"], state["_model_name"], state["_view_name"]) == (
        "jupyter-mlstudio",
        "WrangleModel",
        "WrangleView",
    )
    assert state["source"]["kind"] == "frame"


def test_what_is_no_frame_is_refused(studio):
    with pytest.raises(InvalidError, match="is a dict, not a pandas or Polars DataFrame"):
        studio.wrangle({"a": 1})
