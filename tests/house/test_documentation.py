"""What a user can set or call is looked up in the docs."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from jupyter_mlstudio.core.errors import KINDS
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "docs").rglob("*.md"))
COMMANDS = sorted(
    {
        name
        for file in (ROOT / "labextension" / "src").rglob("*.ts*")
        for name in re.findall(r"'(mlstudio:[a-z-]+)'", file.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize("name", [*Settings.model_fields, *get_args(Changed.model_fields["kind"].annotation)])
def test_settings_and_events_are_documented(name):
    assert f"`{name}`" in DOCS


@pytest.mark.parametrize("error", [kind.__name__ for kind in KINDS])
def test_errors_are_documented(error):
    assert error in DOCS


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_documented(command):
    assert command in DOCS


def test_all_steps_and_functions_of_formulas_are_documented():
    from jupyter_mlstudio.wrangling.expressions.functions import FUNCTIONS
    from jupyter_mlstudio.wrangling.step import step_kinds

    steps = {f"| {step.title} | {step.kind} |" for step in step_kinds().values() if step.__module__.startswith("jup")}
    examples = {f"`{function.usage.example}`" for function in FUNCTIONS.values() if function.usage}

    assert {text for text in steps | examples if text not in DOCS} == set()


def test_the_traits_are_the_settings():
    from jupyter_mlstudio_server.app import StudioApp

    assert set(Settings.model_fields) <= set(StudioApp.class_own_traits(config=True))


def test_no_engine_comes_with_the_server_extension():
    engines = [
        "mlflow",
        "optuna",
        "pandas",
        "polars",
        "sklearn",
        "papermill",
        "pyarrow",
        "numpy",
        "sqlalchemy",
        "nbclient",
    ]
    code = (
        f"import json, sys, jupyter_mlstudio_server.app; print(json.dumps([e for e in {engines} if e in sys.modules]))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert json.loads(found) == []
