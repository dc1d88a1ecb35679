"""Where runs were made: Python and its packages, by name."""

import re
from collections.abc import Iterable

PYTHON = "Python"

IMPORTED = {
    "sklearn": "scikit-learn",
    "cv2": "opencv-python",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "skimage": "scikit-image",
    "bs4": "beautifulsoup4",
}
"""Packages whose import has another name."""

GROUND = {"numpy", "scipy", "pandas", "joblib", "threadpoolctl"}
"""What others calculate with, though no cell imports it."""

_LINE = re.compile(r"^([A-Za-z0-9._-]+)\s*==\s*(\S+)")


def packages_in(text: str) -> dict[str, str]:
    """Read a list of packages in pip's form, whose first comment may name the Python."""
    found = {}
    for line in text.splitlines():
        if line.startswith("# Python "):
            found[PYTHON] = line.removeprefix("# Python ").strip()
        elif match := _LINE.match(line.strip()):
            found[match[1]] = match[2]
    return found


def normal(package: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def distributions(modules: Iterable[str]) -> set[str]:
    """Return the packages that imported modules come from, as far as their names tell."""
    return {normal(IMPORTED.get(module, module)) for module in modules}


def jump(before: str | None, after: str | None) -> str:
    """Tell how far apart two versions are: `major`, `minor`, `patch`; or `presence`."""
    if before is None or after is None:
        return "presence"
    one, other = (re.findall(r"\d+", version) for version in (before, after))
    return "major" if one[:1] != other[:1] else "minor" if one[1:2] != other[1:2] else "patch"
