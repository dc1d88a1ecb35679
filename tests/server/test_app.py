"""What the extension does to the server as a whole."""

import asyncio
import gc

import pytest

from jupyter_mlstudio_server import app


@pytest.fixture
def loaded_at_once(monkeypatch):
    monkeypatch.setattr(app, "LOADED", 0)
    yield
    gc.unfreeze()


async def test_what_the_server_has_loaded_is_not_searched_for_garbage_again(loaded_at_once, jp_serverapp):
    await asyncio.sleep(0.1)
    assert gc.get_freeze_count() > len(gc.get_objects())
