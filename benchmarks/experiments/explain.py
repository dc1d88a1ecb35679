"""Is the true cause of a changed metric ranked first?

Runs are made by really training: for every change its effect on the score is measured alone, so the truth is known. A
case is two runs between which one change that matters and several that do not were made; half of them with other runs
of the experiment to learn from. Versions of the library `tabfit` really train in different ways.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from _notebooks import (
    CLEANING,
    FEATURES,
    FITTING,
    LOOKS,
    SOURCES,
    STEPS,
    TARGET,
    Recipe,
    base,
    measured,
    table,
    varied,
)

from jupyter_mlstudio import Studio
from jupyter_mlstudio.experiments.frames import digest_of
from jupyter_mlstudio.experiments.tracking.entries import Batch, DataEntry, Ending, NewRun, Point

CASES = 60
MATTERS = 4.0
"""How many times more than all others together the true cause must move the score."""

LEAST = 0.04
KINDS = ("param", "cell", "data", "recipe", "package")

Change = Callable[[Recipe], Recipe]


class Case(NamedTuple):
    """Two runs, and what is to be found: the kind of the cause, and its name where that is not the kind alone."""

    one: Recipe
    other: Recipe
    kind: str
    name: str | None
    others: list[Recipe]


def param(name: str, value: Any) -> Change:
    return lambda made: replace(made, params={**made.params, name: value})


def part(name: str, value: Any) -> Change:
    return lambda made: replace(made, **{name: value})


def cause(kind: str, made: Recipe, random: Random) -> tuple[Change, str | None]:
    """Draw a change that may matter."""
    if kind == "param":
        used = {"tree": "depth", "ridge": "alpha", "nearest": "neighbours"}[made.params["model"]]
        name = random.choice([used, used, used, "model"])
        values = {
            "depth": [1, 2, 8, 12],
            "alpha": [300.0, 3000.0],
            "neighbours": [1, 2, 25, 60],
            "model": ["tree", "ridge", "nearest"],
        }[name]
        return param(name, random.choice([value for value in values if value != made.params[name]])), name
    if kind == "cell":
        name, texts, place = random.choice(
            [("features", FEATURES, 6), ("cleaning", CLEANING, 4), ("target", TARGET, 7)]
        )
        return part(name, random.choice([key for key in texts if key != getattr(made, name)])), str(place)
    if kind == "data":
        return part("source", random.choice(SOURCES[1:4])), None
    if kind == "recipe":
        return part("steps", random.choice([key for key in STEPS if key != made.steps])), None
    return part("tabfit", next(key for key in FITTING if key != made.tabfit)), "tabfit"


def distractors(made: Recipe, kind: str, name: str | None, experienced: bool, random: Random) -> list[Change]:
    """Draw changes that hardly matter."""
    unused = [each for each in ("depth", "alpha", "neighbours") if each != name]
    found: list[Change] = [
        param("verbose", 2),
        param("n_jobs", 4),
        param("run_label", random.choice(["again", "last", "new"])),
        param("output_dir", "out/2"),
        param("seed", random.randrange(1, 100)),
        param("rate", round(made.params["rate"] * random.uniform(1.02, 1.4), 4)),
        part("look", random.randrange(1, len(LOOKS))),
        part("comment", random.choice(["all of it", "from the lake"])),
        part("packages", {**made.packages, "matplotlib": "3.11.0", "tqdm": "5.0.0", "rich": "15.1.0"}),
        part("packages", {**made.packages, "pandas": "3.0.2", "numpy": "2.4.7"}),
    ]
    if experienced:  # that a param does nothing for this kind of model, only other runs can tell
        found += [param(random.choice(unused), random.choice([2, 3, 8, 10]))] * 2
    if kind not in ("data", "recipe"):
        found.append(part("source", "longer"))
    return random.sample(found, random.randrange(4, 8))


def cases(count: int, random: Random) -> Iterator[Case]:
    """Draw cases whose true cause is beyond doubt."""
    place = 0
    while place < count:
        made = base(random)
        kind = KINDS[place % len(KINDS)]
        change, name = cause(kind, made, random)
        idle = distractors(made, kind, name, place % 2 == 1, random)
        start = measured(made)
        effect = measured(change(made)) - start
        noise = sum(abs(measured(each(made)) - start) for each in idle)
        other = change(made)
        for each in idle:
            other = each(other)
        gap = measured(other) - start
        if abs(effect) < max(LEAST, MATTERS * noise) or abs(gap - effect) > abs(effect) / 3:
            continue
        others = [varied(made, random) for _ in range(random.randrange(8, 25))] if place % 2 else []
        yield Case(made, other, kind, name, others)
        place += 1


def record(studio: Studio, experiment: str, made: Recipe) -> str:
    """Keep a run as tracking does."""
    import json

    frame = table(made)
    writer = studio.experiments.target.writer
    run = writer.begin(NewRun(experiment, None, {}, int(time.time() * 1000)))
    shape = json.dumps({"num_rows": len(frame), "num_columns": frame.shape[1]})
    entry = DataEntry("table", digest_of(frame), "local", '{"uri": "data/table.csv"}', None, shape, "training")
    at = int(time.time() * 1000)
    points = [Point("score", measured(made), at, 0), Point("rows", len(frame), at, 0)]
    params = {name: str(value) for name, value in made.params.items()}
    writer.write(run.id, Batch(params, {}, points, [entry], Ending("FINISHED", at)))
    cells = "\n\n".join(f"# %% [{place}]\n{cell}" for place, cell in enumerate(made.cells(), 1)) + "\n"
    packages = {**made.packages, "tabfit": made.tabfit}
    listed = "# Python 3.11.7\n" + "".join(f"{name}=={version}\n" for name, version in packages.items())
    folder = Path(run.artifact_uri)
    for path, text in {
        "environment/cells.py": cells,
        "environment/requirements.txt": listed,
        "recipe.json": json.dumps({"version": 1, "steps": STEPS[made.steps]}),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return run.id


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=CASES)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--misses", action="store_true", help="show the cases that were not found")
    chosen = options.parse_args()
    found, among, known, seconds = Counter[str](), Counter[str](), Counter[bool](), []
    listed = 0
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.open(folder)
        for place, case in enumerate(cases(chosen.cases, Random(chosen.seed))):
            experiment = f"case {place}"
            for other in case.others:
                record(studio, experiment, other)
            one, two = (record(studio, experiment, made) for made in (case.one, case.other))
            began = time.perf_counter()
            [pair] = studio.compare(one, two, metric="score").pairs
            seconds.append(time.perf_counter() - began)
            listed += len(pair.explanations)
            first = pair.explanations[0]
            hit = first.kind == case.kind and case.name in (None, first.name)
            among[case.kind] += 1
            found[case.kind] += hit
            known[bool(case.others)] += hit
            if not hit and chosen.misses:
                print(
                    f"case {place}: {case.kind} {case.name}, {len(case.others)} other runs,",
                    f"{pair.one_value} {pair.other_value}",
                )
                for each in pair.explanations[:5]:
                    print("   ", each.weight, each.kind, each.sentence, each.reason)
    total = sum(among.values())
    print(
        ", ".join(f"{kind} {found[kind]}/{among[kind]}" for kind in KINDS),
        f"; with other runs {known[True]}, without {known[False]}",
    )
    print(f"candidates a case: {listed / total:.1f}")
    share = sum(found.values()) / total
    print(f"FIGURE true_cause_first {share:.3f} of {total} cases goal >=0.9 {'ok' if share >= 0.9 else 'short'}")
    middle = sorted(seconds)[len(seconds) // 2]
    print(f"FIGURE compare_two_runs {middle * 1000:.0f} ms goal <=500 {'ok' if middle <= 0.5 else 'short'}")


if __name__ == "__main__":
    main()
