"""A feature is a word, and the word is a path on every floor."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOOR = {"core", "testing"}
FEATURES = sorted(
    folder.parent.name
    for folder in (ROOT / "jupyter_mlstudio").glob("*/__init__.py")
    if folder.parent.name not in FLOOR
)
TOP = {
    "jupyter_mlstudio", "labextension", "server_ext", "sample_notebooks", "tests", "package.json", "pyproject.toml",
    "docs", "benchmarks", "changelog.d", ".ci", "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE",
    "eslint.config.mjs", "yarn.lock", ".gitignore", ".yarnrc.yml", ".prettierignore", ".stylelintrc.json",
}  # fmt: skip


def test_there_are_features():
    assert {"wrangling", "experiments", "jobs", "registry", "serving"} <= set(FEATURES)


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize(
    "place",
    [
        "jupyter_mlstudio/{}/types.py",
        "jupyter_mlstudio/{}/service.py",
        "server_ext/jupyter_mlstudio_server/routes/{}.py",
        "labextension/src/{}/index.ts",
        "labextension/style/{}.css",
        "tests/library/{}",
        "tests/server/test_{}.py",
        "docs/users/{}.md",
    ],
)
def test_a_feature_has_its_word_on_every_floor(feature, place):
    assert (ROOT / place.format(feature)).exists()


def test_the_top_level_holds_only_what_belongs_there():
    import subprocess

    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split("/")[0] for line in tracked.splitlines()} <= TOP
