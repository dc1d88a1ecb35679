"""Reads a notebook from an address, in a process of its own: `python -m jupyter_mlstudio.jobs.fetch ADDRESS`.

papermill's storages may import a whole cloud library, which the server must never hold.
"""

import subprocess
import sys

from jupyter_mlstudio.core.errors import InvalidError

PATIENCE = 60.0  # seconds


def is_address(path: str) -> bool:
    """Tell whether this names a notebook outside the project folder, such as `https://…` or `s3://…`."""
    return "://" in path


def fetch(address: str) -> bytes:
    """Return the notebook at an address that papermill can read.

    Raises:
        InvalidError: There is none, or the library for this storage is not installed.
    """
    command = [sys.executable, "-m", __name__, address]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise InvalidError(f"notebook: {address!r} did not answer in {PATIENCE:.0f} seconds.") from None
    except subprocess.CalledProcessError as error:
        why = (error.stderr.decode(errors="replace").strip().splitlines() or ["it ended without a word"])[-1]
        raise InvalidError(f"notebook: {address!r} could not be read: {why}") from None
    return answer.stdout


def main() -> None:
    """Print the notebook."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # takes a second, and is not needed
    from papermill.iorw import papermill_io

    sys.stdout.buffer.write(papermill_io.read(sys.argv[1]).encode())


if __name__ == "__main__":
    main()
