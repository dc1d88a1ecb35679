"""Looking back: how a notebook's jobs went, and how two results differ."""

import pytest

from jupyter_mlstudio import NotFoundError, Studio

PARAMETERS = "times = 1\nfail = False"
PRINTS = "for number in range(times): print('line', number)"
FAILS = "assert not fail, 'as told'"


def run(studio, **parameters):
    return studio.jobs.wait(studio.jobs.submit("a.ipynb", **parameters).id, 60)


def test_the_history_of_a_notebook_tells_times_and_successes(studio, write):
    write("a.ipynb", PRINTS, FAILS, parameters=PARAMETERS)
    jobs = [run(studio, times=2), run(studio, fail=True), run(studio)]
    history = studio.jobs.history("a.ipynb")
    assert [item.job_id for item in history.items] == [job.id for job in jobs]
    assert (history.total, history.ended, history.succeeded) == (3, 3, 2)
    assert history.last == history.items[2].seconds
    assert history.items[0].parameters == {"times": 2}
    cells = [(cell.title, cell.runs, cell.failed) for cell in history.cells]
    assert cells[-2:] == [(PRINTS, 3, 0), (FAILS, 2, 1)]
    assert all(cell.median > 0 for cell in history.cells)
    assert studio.jobs.history("b.ipynb").items == []


def test_a_cell_keeps_its_history_when_another_is_put_in_front_of_it(studio, write):
    write("a.ipynb", PRINTS, parameters=PARAMETERS)
    run(studio)
    write("a.ipynb", "1 + 1", PRINTS, parameters=PARAMETERS)
    run(studio)
    cells = {cell.title: cell.runs for cell in studio.jobs.history("a.ipynb").cells}
    assert (cells["1 + 1"], cells[PRINTS]) == (1, 2)


def test_looking_at_the_history_leaves_nothing_behind(tmp_path):
    assert Studio.open(tmp_path).jobs.history("a.ipynb").total == 0
    assert list(tmp_path.iterdir()) == []


def test_two_jobs_are_compared_cell_by_cell(studio, write):
    write("a.ipynb", PRINTS, "object()", "'same'", parameters=PARAMETERS)
    first = run(studio, times=2)
    write("a.ipynb", PRINTS, "object()", "'same'", "'new'", parameters=PARAMETERS)
    second = run(studio, times=3)
    for comparison in (studio.jobs.compare(first.id, second.id), studio.jobs.compare(second.id, "previous")):
        assert (comparison.one.job_id, comparison.other.job_id) == (first.id, second.id)
        given = {each.name: (each.one, each.other, each.same) for each in comparison.parameters}
        assert given == {"times": (2, 3, False), "fail": (False, False, True)}
        kinds = [cell.kind for cell in comparison.items if cell.type == "code"]
        assert kinds == ["same", "changed", "changed", "same", "same", "added"]
        assert comparison.changed == 3
        prints = comparison.items[3]
        [output] = prints.outputs
        assert [(line.kind, line.text) for line in output.lines] == [
            ("same", "line 0"),
            ("same", "line 1"),
            ("added", "line 2"),
        ]
        assert {line.kind for line in prints.lines} == {"same"}
        assert prints.one_seconds > 0


def test_a_job_is_compared_with_the_notebook_as_it_is_now(studio, write):
    write("a.ipynb", "'old'", parameters=PARAMETERS)
    job = run(studio)
    write("a.ipynb", "'new'", parameters=PARAMETERS)
    comparison = studio.jobs.compare(job.id, "source")
    assert (comparison.other.label, comparison.other.job_id) == ("a.ipynb", None)
    changed = [cell for cell in comparison.items if cell.kind != "same"]
    assert [(line.kind, line.text) for cell in changed for line in cell.lines] == [
        ("removed", "'old'"),
        ("added", "'new'"),
    ]
    assert not any(cell.outputs for cell in comparison.items), "the file has not run"


def test_pictures_are_compared_and_long_outputs_are_cut(studio, write):
    picture = (
        "from IPython.display import Image, display\ndisplay(Image(data=b'\\x89PNG' + bytes([times]), format='png'))"
    )
    write("a.ipynb", picture, "print('x\\n' * 2000)", parameters=PARAMETERS)
    first, second = run(studio, times=2), run(studio, times=3)
    cells = studio.jobs.compare(first.id, second.id).items
    assert [(output.kind, output.image) for output in cells[3].outputs] == [("changed", "image/png")]
    assert (cells[4].kind, cells[4].outputs[0].note) == ("same", "Only the first 500 lines are shown.")


def test_marks_of_a_failure_are_no_difference(studio, write):
    write("a.ipynb", PRINTS, FAILS, parameters=PARAMETERS)
    first, second = run(studio, fail=False), run(studio, fail=True)
    cells = studio.jobs.compare(first.id, second.id).items
    assert [cell.kind for cell in cells if cell.type == "code"] == ["same", "changed", "same", "changed"]
    assert [cell.kind for cell in cells if cell.type == "markdown"] == ["same"]


def test_there_is_nothing_to_compare_the_first_job_with(studio, write):
    write("a.ipynb", "1")
    job = run(studio)
    with pytest.raises(NotFoundError, match="no earlier job"):
        studio.jobs.compare(job.id, "previous")
    with pytest.raises(NotFoundError):
        studio.jobs.compare(job.id, "nothing")
