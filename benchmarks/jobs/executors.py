"""Eight notebooks of ten trivial cells as jobs here, on Dask and on Ray, beside papermill on plain Dask and Ray.

All clusters have two workers on this machine and are up before the clock runs; so is the fork server. The sides take
turns. A job carries the durable record, live events, whole files and a process of its own; papermill's task does not.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import mkdtemp

from _notebooks import TEN, figure, outputs, with_bytecode, write

JOBS, ROUNDS, WORKERS = 8, 3, 2
EXECUTORS = ("local", "dask", "ray")


def main() -> None:
    """Measure and print the figures."""
    with_bytecode()
    project = Path(mkdtemp(prefix="mls-bench-"))
    write(project / "ten.ipynb", TEN)
    sides, ends = plain_sides(project)
    sides |= {name: lambda name=name: jobs(project, name) for name in EXECUTORS}
    try:
        for side in sides.values():
            side()  # starts clusters, writes bytecode
        seconds: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(ROUNDS):
            for name, side in sides.items():
                seconds[name].append(side())
                print(f"  {name}: {seconds[name][-1]:.2f} s for {JOBS}", flush=True)
        report(seconds)
        compare(project)
    finally:
        for end in ends:
            end()
        end_agents(project)
        shutil.rmtree(project, ignore_errors=True)


def report(seconds: dict[str, list[float]]) -> None:
    """Print ratios, and what one job costs."""
    for name in ("dask", "ray"):
        ratio = median(seconds[name]) / median(seconds[f"papermill on {name}"])
        figure(f"jobs_on_{name}_to_papermill_on_{name}", ratio, "x", 1.0)
        figure(f"jobs_on_{name}_to_local_jobs", median(seconds[name]) / median(seconds["local"]), "x", 3.0)
        more = (median(seconds[name]) - median(seconds["local"])) * WORKERS / JOBS
        print(f"  overhead of {name}: {1000 * more:.0f} ms a job")


def jobs(project: Path, executor: str) -> float:
    """Run the notebooks as jobs; return seconds from the first submit to the last end."""
    from jupyter_mlstudio import Studio
    from jupyter_mlstudio.jobs.types import JobSpec

    service = Studio.open(project, max_parallel_jobs=WORKERS).jobs
    begin = time.perf_counter()
    submitted = [service.submit(JobSpec(notebook="ten.ipynb", executor=executor)) for _ in range(JOBS)]
    ended = [service.wait(job.id, 120) for job in submitted]
    assert all(job.state == "succeeded" for job in ended), [job.error for job in ended]
    return time.perf_counter() - begin


def papermill(source: str, result: str) -> None:
    """Run a notebook with papermill, in whatever process this is called."""
    from papermill import execute_notebook

    execute_notebook(source, result, progress_bar=False)


def plain_sides(project: Path) -> tuple[dict[str, Callable[[], float]], list[Callable[[], object]]]:
    """Start a plain Dask and a plain Ray cluster; return what runs papermill there, and what ends them."""
    import ray
    from distributed import Client, LocalCluster

    cluster = LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None)
    client = Client(cluster)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    folder = mkdtemp(prefix="mls-")
    ray.init(num_cpus=WORKERS, include_dashboard=False, log_to_driver=False, logging_level="ERROR", _temp_dir=folder)
    task = ray.remote(papermill)

    def on_dask(pairs: list[tuple[str, str]]) -> None:
        client.gather([client.submit(papermill, *pair, pure=False) for pair in pairs])

    def on_ray(pairs: list[tuple[str, str]]) -> None:
        ray.get([task.remote(*pair) for pair in pairs])

    def timed(run: Callable[[list[tuple[str, str]]], None]) -> float:
        begin = time.perf_counter()
        run([(str(project / "ten.ipynb"), str(project / f"plain-{number}.ipynb")) for number in range(JOBS)])
        return time.perf_counter() - begin

    sides = {"papermill on dask": lambda: timed(on_dask), "papermill on ray": lambda: timed(on_ray)}
    return sides, [client.close, cluster.close, ray.shutdown, lambda: shutil.rmtree(folder, ignore_errors=True)]


def compare(project: Path) -> None:
    """Make sure that all sides have given the same results."""
    paths = [project / "plain-0.ipynb", *project.glob("jobs/*/ten.ipynb")]
    results = [outputs(path) for path in paths]
    assert all(result == results[0] for result in results), "the results differ"
    print(f"  {len(results)} results are the same")


def end_agents(project: Path) -> None:
    """End our agents, and the clusters with them."""
    from jupyter_mlstudio import Studio
    from jupyter_mlstudio.core.processes import alive
    from jupyter_mlstudio.jobs.executors.placements import Placements

    service = Studio.open(project).jobs
    agents = [Placements(service.database, service.project_id).agent(name) for name in ("dask", "ray")]
    for agent in agents:
        if agent is not None and agent.lives:
            os.kill(agent.ref.pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while any(agent is not None and alive(agent.ref) for agent in agents) and time.monotonic() < deadline:
        time.sleep(0.1)


if __name__ == "__main__":
    main()
