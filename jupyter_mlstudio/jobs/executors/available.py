"""Which executors can be used from here, found out without importing an engine."""

from importlib.metadata import PackageNotFoundError, version

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.settings import Settings

PACKAGES = {"dask": "distributed", "ray": "ray"}
LABELS = {"local": "This machine", "dask": "Dask", "ray": "Ray"}


def installed(executor: str) -> str | None:
    """Return the version of the package underneath, or None if it is not installed."""
    try:
        return version(PACKAGES.get(executor, "jupyter-mlstudio"))
    except PackageNotFoundError:
        return None


def install(executor: str) -> str:
    """Return the command that brings an executor's package."""
    return f'pip install "jupyter-mlstudio[{executor}]"'


def check_executor(executor: str) -> None:
    """Refuse an executor that cannot be used.

    Raises:
        InvalidError: There is no such executor, or its package is not installed.
    """
    if executor not in LABELS:
        raise InvalidError(f"executor: {executor!r} is unknown. Choose one of: {', '.join(LABELS)}.")
    if installed(executor) is None:
        what = f"{LABELS[executor]} is not installed here. Run {install(executor)}, or choose another executor."
        raise InvalidError(f"executor: {what}", code="no_executor")


def address_of(executor: str, settings: Settings) -> str | None:
    """Return the cluster that the settings name for an executor, or None for one on this machine."""
    address = settings.executor_address
    if address is None or executor == "local":
        return None
    meant = settings.executor
    if meant == "local":  # jobs say themselves where they run, so the address has to tell whose it is
        meant = "ray" if address == "auto" or address.startswith("ray://") else "dask"
    return address if executor == meant else None
