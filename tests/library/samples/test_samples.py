import json
from pathlib import Path

import pytest

from jupyter_mlstudio.core.errors import ConflictError
from jupyter_mlstudio.samples import FOLDER, copy_samples, installed

NOTEBOOKS = sorted(installed().glob("*.ipynb"))
LIMIT = 8_000_000


def test_the_samples_are_copied_into_a_folder_of_their_own(tmp_path):
    samples = copy_samples(tmp_path)
    assert [Path(path).name[:2] for path in samples.notebooks] == ["01", "02", "03", "04", "05", "06"]
    assert all((tmp_path / path).is_file() for path in samples.notebooks)
    assert (tmp_path / FOLDER / "data" / "flights.parquet").is_file()


def test_what_the_user_has_changed_stays_when_the_samples_are_copied_again(tmp_path):
    first = tmp_path / copy_samples(tmp_path).notebooks[0]
    first.write_text("mine")
    (tmp_path / FOLDER / "data" / "airlines.csv").unlink()
    copy_samples(tmp_path)
    assert first.read_text() == "mine"
    assert (tmp_path / FOLDER / "data" / "airlines.csv").is_file()


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / FOLDER).write_text("mine")
    with pytest.raises(ConflictError, match=FOLDER):
        copy_samples(tmp_path)


def test_the_data_is_small_and_says_where_it_comes_from():
    files = [path for path in (installed() / "data").iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < LIMIT
    readme = (installed() / "data" / "README.md").read_text(encoding="utf-8")
    assert "CC0" in readme
    assert all(path.name in readme for path in files if path.suffix in {".csv", ".parquet"})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_sample_is_kept_without_outputs_and_declares_its_parameters(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["outputs"] for cell in code] == [[]] * len(code)
    assert [cell["execution_count"] for cell in code] == [None] * len(code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
