"""A Jupyter server with the extension, on a project folder of its own."""

import shutil
import subprocess
import sys
from functools import cache

import pytest


@pytest.fixture
def jp_server_config(jp_root_dir):
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_mlstudio_server": True},
            "allow_unauthenticated_access": False,
            "root_dir": str(jp_root_dir),
        }
    }


@pytest.fixture
def project(jp_root_dir):
    return jp_root_dir


@pytest.fixture(scope="session")
def logged_once(tmp_path_factory):
    """Run a script that logs into the folder it is given, at its first use; give the folder and what it printed.

    It runs in a process of its own, since the server's never imports MLflow.
    """

    @cache
    def logged(script):
        folder = tmp_path_factory.mktemp("logged")
        command = [sys.executable, "-c", script, str(folder)]
        return folder, subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return logged


@pytest.fixture
def log(logged_once, project):
    """Bring into the project the runs that a script logs, and return what it printed."""

    def log(script):
        folder, told = logged_once(script)
        shutil.copytree(folder, project, dirs_exist_ok=True)
        return told.strip()

    return log
