"""Every sample notebook runs from top to bottom."""

import pytest

from jupyter_mlstudio.experiments.types import RunQuery
from jupyter_mlstudio.jobs.types import JobState
from jupyter_mlstudio.samples import installed

NAMES = [path.stem for path in sorted(installed().glob("*.ipynb"))]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_runs_from_top_to_bottom(tour, name):
    tour.run(name)


def test_training_and_jobs_are_tracked(tour):
    tour.run("04-jobs")
    runs = tour.studio.experiments.runs(RunQuery(experiment="late-flights")).items
    assert len(runs) == 3
    assert [job.state for job in tour.studio.jobs.all()] == [JobState.SUCCEEDED] * 2
    assert {run.job for run in runs} == {None, *(job.id for job in tour.studio.jobs.all())}


def test_the_best_run_is_the_champion_and_its_endpoint_was_stopped(tour):
    tour.run("06-serve")
    model = tour.studio.registry.model("late-flights")
    assert [(alias.alias, alias.version) for alias in model.aliases] == [("champion", 1)]
    assert tour.studio.serving.named("late-flights").state == "stopped"
