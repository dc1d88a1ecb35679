"""Which model folders are known."""

import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.core.trust import Trust, digest


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "model"
    (made / "code").mkdir(parents=True)
    (made / "MLmodel").write_text("flavors: {}")
    (made / "code" / "own.py").write_text("x = 1")
    return made


def test_a_digest_tells_every_change_of_names_and_contents(folder):
    seen = {digest(folder)}
    (folder / "code" / "own.py").write_text("x = 2")
    seen.add(digest(folder))
    (folder / "code" / "own.py").rename(folder / "code" / "other.py")
    seen.add(digest(folder))
    (folder / "code" / "empty").touch()
    seen.add(digest(folder))
    (folder / "code" / "other.py").rename(folder / "own.py")
    seen.add(digest(folder))
    assert len(seen) == 5


def test_a_copy_has_the_same_digest_and_registering_changes_nothing(folder, tmp_path):
    import shutil

    shutil.copytree(folder, tmp_path / "copy")
    (tmp_path / "copy" / "registered_model_meta").write_text("model_name: delay")
    assert digest(tmp_path / "copy") == digest(folder)


def test_a_folder_with_a_link_has_no_digest(folder, tmp_path):
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(InvalidError, match="link"):
        digest(folder)


def test_what_is_trusted_is_known_to_others(tmp_path):
    trust = Trust(Database(tmp_path / "studio.db"))
    assert not trust.knows("a")
    trust.add("a")
    trust.add("a")
    assert Trust(Database(tmp_path / "studio.db")).knows("a")
