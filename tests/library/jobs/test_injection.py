"""Parameters are data: no text that somebody types becomes code, in any language that papermill can write."""

import ast
import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papermill.translators import papermill_translators

from jupyter_mlstudio import InvalidError
from jupyter_mlstudio.jobs import engine_translators
from jupyter_mlstudio.jobs.types import JobSpec

engine_translators.register()

NASTY = [
    '"', "'", "\\", '\\"', "`", "$(touch pwned)", "${HOME}", "$x", "#{1}", "\n", "\r\n", "\u2028", "'; touch pwned; '",
    '"; touch pwned; "', "%s", "{x}", "`touch pwned`", "''", '""', "\\\n", "a=b", "'$(1)'", "\u2018",
    "\u2019;calc;\u2019", "\x85",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]))), max_size=6).map(
    "".join
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)


def written(language, value):
    return papermill_translators.find_translator("none", language).codify({"x": value})


@given(values)
@settings(max_examples=150, deadline=None)
def test_python_gets_one_assignment_of_exactly_the_value(value):
    [statement] = ast.parse(written("python", value)).body
    assert isinstance(statement, ast.Assign)
    assert [target.id for target in statement.targets] == ["x"]
    assert ast.literal_eval(statement.value) == value


@given(st.lists(texts.map(lambda text: text.replace("\0", "")), min_size=1, max_size=40))
@settings(max_examples=15, deadline=None)
def test_bash_gets_exactly_the_texts(tmp_path_factory, found):
    folder = tmp_path_factory.mktemp("bash")
    code = "".join(written("bash", text) + 'printf "%s\\0" "$x"\n' for text in found)
    answer = subprocess.run(["bash", "-c", code], cwd=folder, capture_output=True, check=True)
    assert answer.stdout.decode().split("\0")[:-1] == found
    assert not list(folder.iterdir())


# What a text may look like between the quotes of each language, so that nothing ends it and nothing in it is evaluated.
LITERALS = {
    "R": r'"(?:[^"\\\n]|\\.)*"',
    "scala": r'"(?:[^"\\\n]|\\.)*"',
    "julia": r'"(?:[^"\\$\n]|\\.)*"',
    "matlab": r'"(?:[^"\n]|"")*"',
    ".net-csharp": r'"(?:[^"\\\n]|\\.)*"',
    ".net-fsharp": r'"(?:[^"\\\n]|\\.)*"',
    ".net-powershell": r"'(?:[^'\u2018\u2019\u201a\u201b]|['\u2018\u2019\u201a\u201b]{2})*'",
    "powershell": r"'(?:[^'\u2018\u2019\u201a\u201b]|['\u2018\u2019\u201a\u201b]{2})*'",
}


@pytest.mark.parametrize("language", LITERALS)
def test_a_text_stays_between_its_quotes_in_every_other_language(language):
    @given(texts)
    @settings(max_examples=150, deadline=None)
    def holds(text):
        line = written(language, text).partition("\n")[2].removesuffix("\n")
        assert re.fullmatch(rf"(?:var |val |let |\$)?x ?= ?{LITERALS[language]};?", line), line

    holds()


def test_a_name_that_is_no_name_is_refused(studio, write):
    notebook = write("a.ipynb", "1", parameters="x = 1", language="bash")
    for name in ("x; touch pwned", "a b", "", "x\ny", "$x"):
        with pytest.raises(InvalidError, match="not a name"):
            studio.jobs.submit(JobSpec(notebook=notebook, parameters={name: "1"}))
