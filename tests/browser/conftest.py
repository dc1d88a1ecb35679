"""A real JupyterLab and a real Chromium, once for the session; a page for each test."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

BASE = "/user/x/"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUIET = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Lab:
    """A running JupyterLab on a project folder, under a base URL as behind a hub."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self._home = folder / "home"
        (self._home / "config" / "labconfig").mkdir(parents=True)
        overrides = self._home / "config" / "labconfig" / "default_setting_overrides.json"
        overrides.write_text(json.dumps(QUIET))
        self.port, self.token = free_port(), "journey"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{BASE}"

    def start(self) -> None:
        names = ("CONFIG", "DATA", "RUNTIME")
        variables = {f"JUPYTER_{name}_DIR": str(self._home / name.lower()) for name in names}
        variables |= {f"JUPYTERLAB_{name}_DIR": str(self._home / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={self.port}",
            "--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.project}", f"--ServerApp.base_url={BASE}",
            "--LabApp.expose_app_in_browser=True",
        ]  # fmt: skip
        log = (self._home / "server.log").open("ab")
        self.process = subprocess.Popen(command, env={**os.environ, **variables}, stdout=log, stderr=log)
        log.close()
        self._wait()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=10)

    def log(self) -> str:
        return (self._home / "server.log").read_text()

    def _wait(self) -> None:
        for _ in range(240):
            try:
                urllib.request.urlopen(self.url + "api", timeout=2).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
            else:
                return
        raise AssertionError(f"JupyterLab did not start:\n{self.log()}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    running = Lab(tmp_path_factory.mktemp("lab"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(lab, browser, tmp_path):
    """JupyterLab, ready to be used; fails the test if the page threw an error."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"{lab.url}lab?token={lab.token}&reset")
    opened.wait_for_selector("#jupyterlab-splash", state="detached")
    opened.wait_for_function("window.jupyterapp?.commands.hasCommand('docmanager:open')")
    yield opened
    opened.screenshot(path=tmp_path / "end.png")
    context.close()
    assert errors == []
