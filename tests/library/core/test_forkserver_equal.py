"""A warm kernel differs from an ordinary one in nothing but time: the same cells, compared output by output."""

import asyncio
import os
import re
import signal

import nbclient
import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager

from jupyter_mlstudio.core import forkserver

HELPER = """
import sys
print("helper", __name__, sys.argv[1:2])

def double(value):
    return 2 * value
"""
CELLS = r"""
import os, random, sys, warnings
print(__name__, sys.path, os.getcwd(), sys.argv[1:2], sys.flags, sys.executable)
###
sorted(name for name in dir() if not name.startswith("_i")), type(__builtins__).__name__
###
get_ipython(), list(get_ipython().config), sys.modules["__main__"].__dict__ is globals()
###
{name: value for name, value in sorted(os.environ.items()) if not name.startswith("KMP_")}
###
%env MINE=3
###
!echo $MINE; pwd; echo complaint >&2
###
%pwd
###
%dhist
###
%cd /
###
%cd -
###
%run helper.py 5
###
import helper; helper.double(4), helper.__file__
###
import pandas as pd, numpy as np
frame = pd.DataFrame({f"column {i}": np.arange(70) * i for i in range(30)}); frame
###
print(frame); pd.options.display.max_columns, pd.options.display.width, pd.options.display.max_rows
###
frame.describe()
###
pd.DataFrame({"t": pd.to_datetime(["2020-01-01"]), "s": ["a"], "c": pd.Categorical(["x"])}).dtypes
###
import matplotlib.pyplot as plt
plt.plot([1, 2, 4]); plt.title("x"); plt.show()
###
import matplotlib; matplotlib.get_backend(), matplotlib.rcParams["figure.figsize"], matplotlib.rcParams["savefig.dpi"]
###
plt.scatter([1, 2], [3, 4])
###
pd.Series(pd.date_range("2020", periods=3)).plot()
###
from IPython.display import HTML, display
handle = display(HTML("<b>1</b>"), display_id="mine"); handle.update(HTML("<b>2</b>")); display([frame.head(2)])
###
input("name?")
###
warnings.warn("careful"); np.float64(1) / 0
###
warnings.warn("old", DeprecationWarning)
###
import logging; logging.warning("logged"); logging.root.handlers, logging.root.level
###
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
X, y = make_classification(3000, random_state=0)
HistGradientBoostingClassifier(max_iter=5, random_state=0).fit(X, y).score(X, y)
###
model = RandomForestClassifier(8, n_jobs=2, random_state=0).fit(X, y); model
###
model.predict_proba(X[:2])
###
square = np.ones((900, 900)); float((square @ square).sum())
###
import threadpoolctl; sorted((each["internal_api"], each["num_threads"]) for each in threadpoolctl.threadpool_info())
###
import multiprocessing
with multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(abs, [-1, -2]))
###
from joblib import Parallel, delayed
Parallel(2)(delayed(pow)(i, 2) for i in range(5))
###
import subprocess
print(subprocess.run([sys.executable, "-c", "import os; print(os.environ['MINE'], os.getcwd())"], capture_output=True))
###
import time; os.system("echo direct"); time.sleep(0.5)  # what does not pass through Python arrives a little later
###
def divide(number):
    return 1 / number
divide(0)
###
%whos str
###
%history -n 1-2
###
_, __, _i1[:10], In[2][:5], len(Out)
###
%%bash
echo bash $MINE
###
%lsmagic
###
import asyncio
await asyncio.sleep(0.01); asyncio.get_running_loop()
###
import threading; thread = threading.Thread(target=lambda: print("in thread")); thread.start(); thread.join()
###
print("a", file=sys.stderr); sys.stdout.isatty(), sys.stdout.encoding
###
import signal
[(each, signal.getsignal(each)) for each in sorted(signal.valid_signals())]
###
signal.pthread_sigmask(signal.SIG_BLOCK, [])
###
import tempfile; tempfile.gettempdir(), os.umask(0o22)
###
import resource; resource.getrlimit(resource.RLIMIT_NOFILE), os.getsid(0) == os.getpid() == os.getpgrp()
###
import gc; gc.isenabled(), gc.get_threshold(), sys.getswitchinterval(), sys.getrecursionlimit()
###
def deeper(n): return deeper(n + 1)
try: deeper(0)
except RecursionError as error: print(error)
###
import locale, time; locale.getlocale(), time.tzname, sys.getfilesystemencoding()
###
os.environ["JPY_PARENT_PID"], os.environ["JPY_SESSION_NAME"], __session__
###
import tqdm.auto; tqdm.auto.tqdm
###
import jsonschema; "iri" in jsonschema.FormatChecker.checkers
###
import cloudpickle, pickle
class Mine: pass
pickle.dumps(Mine()), len(cloudpickle.dumps(Mine)) > 10
###
raise KeyboardInterrupt
###
import this_does_not_exist
###
1 +
###
len(get_ipython().kernel._kernel_modules) > 100, get_ipython().kernel.debugger is not None
###
np.random.seed(0); np.random.rand(), random.seed(0), random.random()
###
np.geterr(), np.get_printoptions()["threshold"]
###
sys.excepthook, type(sys.displayhook), sys.breakpointhook, threading.excepthook
"""
UNSTABLE = [
    (r"0x[0-9a-f]{6,}", "0x"),  # addresses
    (r"ipykernel_\d+/", "ipykernel/"),
    (r"[^' ]*\.json", "connection.json"),
]


@pytest.fixture
def folder(tmp_path):
    """A folder with a module for the notebook."""
    (tmp_path / "helper.py").write_text(HELPER)
    return tmp_path


@pytest.fixture
def terminal():
    """Hang up as in a terminal: under `nohup` an ordinary kernel inherits that the signal is ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


async def _executed(folder, warm):
    cells = [nbformat.v4.new_code_cell(cell.strip("\n"), id=f"c{i}") for i, cell in enumerate(CELLS.split("###\n"))]
    book = nbformat.v4.new_notebook(cells=cells)
    manager = AsyncKernelManager(kernel_name="python3")
    assert not warm or forkserver.use_warm(manager)
    environment = {**os.environ, "JPY_SESSION_NAME": "/folder/book.ipynb"}
    environment.pop("PYTEST_CURRENT_TEST", None)  # kernels behave differently when it is there
    await manager.start_kernel(cwd=str(folder), env=environment)
    assert getattr(manager.provisioner, "warm", False) is warm
    # in how many pieces a line arrives is a matter of when the kernel sends what has been printed so far
    client = nbclient.NotebookClient(book, km=manager, allow_errors=True, timeout=120, coalesce_streams=True)
    client.kernel_name = "python3"
    await client.async_execute()
    client.kc.stop_channels()
    await manager.shutdown_kernel(now=True)
    return {cell.source: _shown(cell) for cell in book.cells}


def _shown(cell):
    outputs = [{key: value for key, value in output.items() if key != "metadata"} for output in cell.outputs]
    if "echo direct" in cell.source:  # it arrives whenever it arrives
        outputs.sort(key=lambda output: output["output_type"])
    text = repr((cell.execution_count, outputs))
    for pattern, replacement in UNSTABLE:
        text = re.sub(pattern, replacement, text)
    return text


def test_the_same_notebook_shows_the_same_in_a_warm_and_in_an_ordinary_kernel(warm, folder, terminal):
    ordinary = asyncio.run(_executed(folder, warm=False))
    assert asyncio.run(_executed(folder, warm=True)) == ordinary
