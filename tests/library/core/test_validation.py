import pytest
from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.core.validation import convert, parse


class Order(Struct):
    pages: int = Field(ge=1)
    title: str = "untitled"


def test_every_field_that_does_not_fit_is_named():
    with pytest.raises(InvalidError, match=r"pages: .* greater than or equal to 1.*; titel: Extra inputs"):
        convert(Order, {"pages": 0, "titel": "x"})


def test_text_that_is_no_json_is_told():
    with pytest.raises(InvalidError, match="Invalid JSON"):
        parse(Order, b"{")


def test_what_fits_becomes_a_value():
    assert parse(Order, b'{"pages": 3}') == Order(pages=3, title="untitled")
