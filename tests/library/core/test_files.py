import pytest

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.core.files import existing, inside, write_atomically


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "folder/../../secret", "link/secret"])
def test_a_path_that_leads_out_of_the_project_is_refused(tmp_path, path):
    root = tmp_path / "project"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(InvalidError, match="outside the project"):
        inside(root, path)


def test_a_missing_file_is_told_by_the_name_that_was_given(tmp_path):
    with pytest.raises(NotFoundError, match=r"'data/flights.csv'"):
        existing(tmp_path, "data/flights.csv")


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    file = tmp_path / "folder" / "recipe.json"
    write_atomically(file, "old")
    write_atomically(file, b"new")
    assert [(found.name, found.read_text()) for found in file.parent.iterdir()] == [("recipe.json", "new")]
