"""What a runner imports where there is no fork server: it is started for each job, so it must be light."""

import json
import subprocess
import sys

IMPORTS = """
import json, sys
from jupyter_mlstudio.jobs import runner
with runner.without("rfc3987_syntax", "pyarrow.fs"):
    import jupyter_mlstudio.jobs.engine_notebook
print(json.dumps(sorted(sys.modules)))
"""
HEAVY = {"numpy", "pandas", "sklearn", "mlflow", "lark", "debugpy", "polars", "optuna", "dask", "ray", "IPython"}


def imported():
    answer = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)
    return set(json.loads(answer.stdout))


def test_a_runner_imports_no_engine_and_no_grammar():
    modules = imported()
    assert modules & HEAVY == set()
    assert not {"rfc3987_syntax", "jupyter_server"} & modules
