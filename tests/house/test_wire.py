"""Types of different features travel in one document, so each needs a name of its own."""

import json
import re

import pytest

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio_server.openapi import defined, document, joined


def test_every_type_is_described_once_and_no_two_share_a_name():
    described = document()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert named <= set(described["components"]["schemas"])


def named(name, feature, **fields):
    return type(name, (Struct,), {"__module__": feature, "__annotations__": fields})


def test_two_types_of_one_name_are_refused():
    one, other = named("Report", "wrangling", rows=int), named("Report", "experiments", runs=int)
    for models in ([one, other], [one, named("Answer", "jobs", report=other)]):
        with pytest.raises(ValueError, match=r"share a name.*experiments__Report.*wrangling__Report"):
            defined(models)
    with pytest.raises(ValueError, match="called Report"):
        joined(defined([one]), defined([other]))
