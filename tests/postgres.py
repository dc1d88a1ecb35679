"""A real PostgreSQL server of its own for the tests: in a folder that goes away, on this machine alone."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

PASSWORD = "s3cret:/@ word"  # of a server that lives for a minute, with signs that URLs must quote


def binaries() -> Path | None:
    """Find the folder with the server's programs: on the path, or where Debian keeps them."""
    found = shutil.which("pg_ctl")
    if found and (Path(found).resolve().parent / "initdb").exists():
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return versions[-1] if versions else None


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Run a server; the URL without its password is given."""
    with TemporaryDirectory(prefix="mlstudio-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "password").write_text(PASSWORD)
        owner = _owner(folder)
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        made = ["-D", f"{folder}/data", "-U", "reader", "-A", "scram-sha-256", "--pwfile", f"{folder}/password"]
        _run(owner, folder, programs / "initdb", *made, "-E", "UTF8", "--locale", "C", "--no-sync")
        control = [programs / "pg_ctl", "-D", f"{folder}/data", "-w", "-t", "60"]
        _run(owner, folder, *control, "-l", f"{folder}/data/log", "-o", options, "start")
        try:
            yield f"postgresql://reader@127.0.0.1:{port}/postgres"
        finally:
            _run(owner, folder, *control, "-m", "immediate", "stop")


def _owner(folder: Path) -> list[str]:
    """Return what to put before a command: the server refuses to run for root."""
    if os.geteuid() != 0:
        return []
    user = "postgres" if _exists("postgres") else "nobody"
    folder.chmod(0o755)
    shutil.chown(folder, user)
    shutil.chown(folder / "password", user)
    return ["setpriv", f"--reuid={user}", f"--regid={_group(user)}", "--clear-groups"]


def _exists(user: str) -> bool:
    return subprocess.run(["id", user], capture_output=True, check=False).returncode == 0


def _group(user: str) -> str:
    return subprocess.run(["id", "-g", user], capture_output=True, check=True, text=True).stdout.strip()


def _run(owner: list[str], folder: Path, *command: object) -> None:
    with (folder / "commands.log").open("ab") as log:
        subprocess.run([*owner, *map(str, command)], check=True, cwd=folder, stdout=log, stderr=subprocess.STDOUT)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
