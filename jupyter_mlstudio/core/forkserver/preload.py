"""What the fork server imports, and how: as a kernel would, and without a single thread left behind."""

import builtins
import contextlib
import gc
import importlib
import logging
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What a kernel imports by itself; everything after it is new to a kernel that was started the ordinary way.
KERNEL = (
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "ipykernel.displayhook", "ipykernel_launcher"),
    *("tornado.platform.asyncio", "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect"),
    *("IPython.core.debugger_backport", "IPython.extensions.storemagic"),
)
# What a kernel imports when a cell fails, calls the shell or shows something for the first time.
LATER = (
    *("stack_data", "executing", "pure_eval", "asttokens", "pygments.formatters.terminal256", "pygments.styles"),
    *("pexpect", "IPython.core.pylabtools", "IPython.core.magics.namespace", "PIL.Image", "PIL.PngImagePlugin"),
    *("matplotlib.backends.backend_agg", "pandas.io.formats.html", "pandas.io.formats.string", "pyarrow.pandas_compat"),
    "sklearn.utils._pprint",
)
NOTEBOOKS = (
    *("numpy", "pandas", "scipy.stats", "scipy.optimize", "scipy.sparse", "joblib", "threadpoolctl", "cloudpickle"),
    *(f"sklearn.{part}" for part in ("cluster", "compose", "datasets", "decomposition", "dummy", "ensemble")),
    *(f"sklearn.{part}" for part in ("feature_selection", "impute", "inspection", "linear_model", "metrics")),
    *(f"sklearn.{part}" for part in ("model_selection", "naive_bayes", "neighbors", "pipeline", "preprocessing")),
    *(f"sklearn.{part}" for part in ("svm", "tree")),
    "matplotlib.pyplot",
    *("narwhals._pandas_like.dataframe", "narwhals._pandas_like.namespace", "narwhals.stable.v2._namespace"),  # fit
    *LATER,
)
RUNNERS = (
    *(
        "psutil",
        "nbformat.sign",
        "papermill.execute",
        "papermill.clientwrap",
        "nbclient",
        "jupyter_client.asynchronous",
    ),
    *("jupyter_client.provisioning", "jupyter_client.provisioning.local_provisioner", "asyncio", "sqlite3"),
    *("jupyter_mlstudio.core.forkserver.provisioner", "jupyter_mlstudio.jobs.engine_ahead"),
)
# The workers of endpoints, and what loads models for them.
ENDPOINTS = (
    *("uvloop", "httptools", "msgspec.json", "yaml", "skops.io", "concurrent.futures.thread", "pyarrow.parquet"),
    *(f"jupyter_mlstudio.serving.runtime.{part}" for part in ("worker", "wire.typed", "pages", "prepare", "ahead")),
    "jupyter_mlstudio.wrangling.transformer",  # for models behind a recipe; it takes longer than all else at a wake
)
PRELOAD = (*KERNEL, *NOTEBOOKS, *RUNNERS, *ENDPOINTS)

# They look, while they are imported, at who imports them; kernels import them anew.
FORGOTTEN = ("jsonschema", "rfc3987_syntax", "tqdm.auto", "tqdm.autonotebook")

PACKAGE = "jupyter_mlstudio"

log = logging.getLogger(__name__)


class TooManyThreadsError(RuntimeError):
    """The process has threads, which a fork would lose with the locks that they hold."""


class ZMQKernelOfNobody:
    """Stands where a shell would, while packages ask at their import whether they serve a notebook (pandas does)."""

    kernel = None


@dataclass(frozen=True)
class Preloaded:
    """What was imported, as far as kernels must know."""

    of_kernels: list[str]  # files of the modules that any kernel has, which its debugger steps over
    usual: set[str]  # the modules that any kernel has
    added: dict[str, str]  # top-level names that an ordinary kernel would still have to look for, and their files
    variables: dict[str, str]  # what imports have put into the environment, and may need again
    forgotten: list[str]  # modules that kernels import anew
    own: dict[str, int]  # the files of this package that were imported, and when they were written

    def forget_edited(self) -> None:
        """Let this package be imported anew where its files have changed since, as happens to those who work on it."""
        if any(_written(file) != time for file, time in self.own.items()):
            for name in [found for found in sys.modules if found.partition(".")[0] == PACKAGE]:
                del sys.modules[name]


def preload() -> Preloaded:
    """Import everything ahead.

    Raises:
        TooManyThreadsError: An imported package keeps threads running.
    """
    # jsonschema tries to import this grammar, which takes over a second, to check addresses that notebooks do not hold
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    ours = _top_names() - sys.stdlib_module_names
    before = dict(os.environ)
    with _notebook(), _variables():
        _import(KERNEL)
        files = [file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]
        usual = set(sys.modules)
        _import((*NOTEBOOKS, *RUNNERS, *ENDPOINTS))
    _settle()
    variables = {name: value for name, value in os.environ.items() if before.get(name) != value}
    added = {name: str(getattr(sys.modules.get(name), "__file__", "")) for name in (_top_names() - _tops(usual)) | ours}
    forgotten = [name for name in sys.modules if name.startswith(FORGOTTEN)]
    preloaded = Preloaded(files, usual, added, variables, forgotten, _own_files())
    gc.collect()
    gc.freeze()
    return preloaded


def _own_files() -> dict[str, int]:
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == PACKAGE]
    return {file: _written(file) for module in modules if (file := getattr(module, "__file__", None))}


def _written(file: str) -> int:
    with contextlib.suppress(OSError):
        return os.stat(file).st_mtime_ns  # noqa: PTH116  # it stands in the way of each start
    return 0


def _top_names() -> set[str]:
    return _tops(set(sys.modules))


def _tops(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def threads() -> int:
    """Count the threads of this process, whoever has started them."""
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208  # a count is all, and this stands before each fork


def _import(names: tuple[str, ...]) -> None:
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:  # what is broken or missing here is imported, or fails, in the child as it always would
            log.warning("Cannot import %s ahead.", name, exc_info=True)


@contextlib.contextmanager
def _notebook() -> Iterator[None]:
    builtins.get_ipython = ZMQKernelOfNobody  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]


@contextlib.contextmanager
def _variables() -> Iterator[None]:
    """Set what keeps imports from starting threads; whatever imports set themselves stays."""
    ours = {
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    added = {name: value for name, value in ours.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _settle() -> None:
    """End the idle threads of numeric libraries, which do that themselves at a fork and start them anew when needed."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    deadline = time.monotonic() + _PATIENCE
    while threads() > 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    if threads() > 1:
        names = [(task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
        raise TooManyThreadsError(f"An imported package keeps threads running: {', '.join(names)}.")


_PATIENCE = 5.0  # seconds
