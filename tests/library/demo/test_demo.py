import pytest

from jupyter_mlstudio import EngineError, Studio
from jupyter_mlstudio.demo import demo


def test_the_demo_goes_from_raw_files_to_a_prediction_over_http(tmp_path):
    said: list[str] = []
    demo(tmp_path / "demo", rows=4_000, keep=False, say=said.append)
    report = "\n".join(said)
    for word in ("1 Wrangle", "2 Train", "3 Track", "4 Register", "5 Deploy", "6 Predict"):
        assert word in report
    assert report.count("chance of arriving more than 30 minutes late") == 2
    assert f"jupyter mlstudio lab {tmp_path / 'demo'}" in report
    assert [each.state for each in Studio.open(tmp_path / "demo").serving.endpoints().items] == ["stopped"]


def test_a_broken_sample_is_told_with_the_notebook_to_look_at(tmp_path):
    (tmp_path / "tour").mkdir()
    (tmp_path / "tour" / "01-wrangle.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "execution_count": null, "id": "a", "metadata": {"tags": ["parameters"]},'
        ' "outputs": [], "source": "rows = 1"}, {"cell_type": "code", "execution_count": null, "id": "b",'
        ' "metadata": {}, "outputs": [], "source": "1 / 0"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    with pytest.raises(EngineError, match=r"ZeroDivisionError.*01-wrangle.*log"):
        demo(tmp_path, rows=4_000, keep=False, say=lambda _: None)
