"""What an operator sets reaches the notebooks of the server's kernels."""

import os

import pytest

from jupyter_mlstudio import Studio


@pytest.fixture
def jp_server_config(jp_server_config):
    return {**jp_server_config, "StudioApp": {"keep_jobs": 3, "jobs_url": None}}


def test_a_notebook_opens_the_studio_as_its_server_does(jp_serverapp, project):
    assert Studio.open(project).settings.keep_jobs == 3
    assert Studio.open(project, keep_jobs=4).settings.keep_jobs == 4
    assert str(project) in os.environ["MLSTUDIO_SETTINGS"]


async def test_a_server_that_has_stopped_leaves_nothing_behind(jp_serverapp, project):
    await jp_serverapp.extension_manager.stop_all_extensions()
    assert "MLSTUDIO_SETTINGS" not in os.environ
