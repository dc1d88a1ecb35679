"""What it costs to start a runner without the fork server."""

import json
import subprocess
import sys

IMPORTS = """
import json, sys, time
begin = time.process_time()
from jupyter_mlstudio.jobs import runner
with runner.without("rfc3987_syntax", "pyarrow.fs"):
    import jupyter_mlstudio.jobs.engine_notebook
print(json.dumps([time.process_time() - begin, sorted(sys.modules)]))
"""
HEAVY = {"numpy", "pandas", "sklearn", "mlflow", "lark", "debugpy", "polars", "optuna", "dask", "ray", "IPython"}


def imported():
    answer = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)
    seconds, modules = json.loads(answer.stdout)
    return seconds, set(modules)


def test_a_runner_imports_what_it_needs_in_half_a_second(monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    imported()  # writes bytecode
    assert min(imported()[0] for _ in range(3)) < 0.5


def test_a_runner_imports_no_engine_and_no_grammar():
    _, modules = imported()
    assert modules & HEAVY == set()
    assert not {"rfc3987_syntax", "jupyter_server"} & modules
