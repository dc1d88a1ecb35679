"""A Jupyter server with the extension, on a project folder of its own."""

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
