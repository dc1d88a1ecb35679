"""Jobs and papermill itself, side by side: the same notebooks must come to the same results, cell by cell."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.jobs.types import JobSpec, JobState

PUBLIC = Path(importlib.util.find_spec("papermill").origin).parent / "tests" / "notebooks"
PARAMETERS = {
    "simple_execute": {"msg": "a=\"b\" 'c' \\ {x} $(y) = ü"},
    "complex_parameters": {"a": 2},
    "no_parameters": None,
    "report_mode_test": {"a": 3},
    "nb_version_4.4": {"var": 7},
    **dict.fromkeys(
        ("broken", "broken1", "broken2", "line_magic_error", "sysexit", "sysexit0", "sysexit1", "systemexit")
    ),
    **dict.fromkeys(("test_logging", "test_notebooknode_io", "result_no_exec")),
}
OWN = {
    "own_shows": [
        "import numpy as np, pandas as pd, random",
        "pd.set_option('display.max_columns', 5)\npd.DataFrame(np.arange(40).reshape(4, 10))",
        "pd.Series(range(200), name='n')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.show()",
        "from IPython.display import display, HTML, Markdown\nh = display(HTML('<b>a</b>'), display_id='x')",
        "h.update(Markdown('**b**'))\nprint('end', end='')",
        "import sys\nfor i in range(3):\n    print(i)\n    print('!', file=sys.stderr)",
        "from IPython.display import clear_output\nprint('gone')\nclear_output(wait=True)\nprint('stays')",
        "print('x' * 3)\nraise ValueError('é')",
    ],
    "own_state": [
        "a = 1\n_ = 5",
        "%precision 3\n1 / 3",
        "get_ipython().__class__.__name__, __name__, sorted(n for n in dir() if not n.startswith('_'))",
        "!echo hi",
        "%%bash\necho there",
        "import os, sys\nos.path.basename(os.getcwd()) != '', sys.argv[0].endswith('ipykernel_launcher.py'), len(In)",
        "1/0 if False else None",
        "def f(x):\n    'doc'\nf?",
        "from sklearn.linear_model import LinearRegression\nLinearRegression().fit([[0], [1]], [0, 1])",
        "import warnings\nwarnings.warn('careful')",
        "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    ],
}
RUN = """
import json, sys
from papermill import execute_notebook
from papermill.exceptions import PapermillExecutionError
for name, parameters in json.loads(sys.argv[1]).items():
    try:
        execute_notebook(f"{name}.ipynb", f"{name}.out.ipynb", parameters=parameters, kernel_name="python3",
                         progress_bar=False, report_mode=name == "report_mode_test")
    except PapermillExecutionError:
        pass
"""
CHANGING = re.compile(r"0x[0-9a-f]+|\b\d+(\.\d+)? [nµm]?s\b|/tmp/\S+|ipykernel_\d+|sk-container-id-\d+|<string>:\d+")


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What papermill itself makes of the notebooks, all run by one process."""
    folder = tmp_path_factory.mktemp("papermill")
    names = {**PARAMETERS, **dict.fromkeys(OWN)}
    for name in PARAMETERS:
        shutil.copy(PUBLIC / f"{name}.ipynb", folder)
    for name, sources in OWN.items():
        cells = [
            {
                "cell_type": "code",
                "id": f"c{n}",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for n, source in enumerate(sources)
        ]
        metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        body = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"{name}.ipynb").write_text(json.dumps(body))
    subprocess.run([sys.executable, "-c", RUN, json.dumps(names)], cwd=folder, check=True, capture_output=True)
    return folder


def results(path):
    """Return what must be the same of a notebook, without times, addresses and ids."""
    notebook = json.loads(path.read_text())
    cells = []
    for cell in notebook["cells"]:
        cell.pop("id", None)
        marks = cell["metadata"].pop("papermill", {})
        cell["metadata"].pop("execution", None)
        cells.append({**cell, "marks": {name: marks.get(name) for name in ("exception", "status")}})
    about = {
        key: notebook["metadata"]["papermill"].get(key) for key in ("exception", "parameters", "default_parameters")
    }
    language = notebook["metadata"].get("language_info", {}).get("name")
    text = json.dumps([cells, about, language], indent=1, sort_keys=True)
    return CHANGING.sub("…", _without_line_numbers(text))


def _without_line_numbers(text):
    return text.replace("\\u001b", "")


@pytest.mark.parametrize("start", ["warm", "clean"])
def test_jobs_come_to_what_papermill_comes_to(studio, expected, tmp_path, start):
    for file in expected.glob("*.ipynb"):
        shutil.copy(file, tmp_path)
    if start == "warm":
        forkserver.warm_up()
        assert forkserver.wait_until_warm(60)
    names = list(OWN) if start == "clean" else [*PARAMETERS, *OWN]
    jobs = {name: studio.jobs.submit(spec(name, clean=start == "clean")) for name in names}
    for name, job in jobs.items():
        ended = studio.jobs.wait(job.id, 60)
        assert ended.start == start, name
        assert results(tmp_path / ended.output) == results(expected / f"{name}.out.ipynb"), name
        exited = name in ("sysexit", "sysexit0", "systemexit")
        failed = '"exception": true' in (expected / f"{name}.out.ipynb").read_text() and not exited
        assert ended.state is (JobState.FAILED if failed else JobState.SUCCEEDED), name


def spec(name, *, clean):
    return JobSpec(
        notebook=f"{name}.ipynb",
        parameters=PARAMETERS.get(name) or {},
        kernel="python3",
        report_mode=name == "report_mode_test",
        clean_start=clean,
        keep_kernel_minutes=0,
    )
