"""Where jobs live: a project folder, its state, its database, and how the studio is set up there."""

import json
import os
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_mlstudio.core.events import Publish
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.core.postgres import PostgresDatabase
from jupyter_mlstudio.core.processes import account
from jupyter_mlstudio.core.sql import Sql
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.settings import Settings

SETTINGS = "MLSTUDIO_SETTINGS"  # variable by which a kernel finds the settings of the studio that started it


class Place:
    """What the parts of the feature share; safe to share between threads."""

    def __init__(self, project: Path, settings: Settings, publish: Publish) -> None:
        self.project, self.settings, self.publish = project, settings, publish
        self.state = project / ".mlstudio"

    @property
    def used(self) -> bool:
        """Whether anybody has run a job here; looking must leave nothing behind where nobody has."""
        return self.settings.jobs_url is not None or (self.state / "jobs.db").exists()

    @cached_property
    def database(self) -> Sql:
        """The database of the jobs; made at the first use."""
        if self.settings.jobs_url is not None:
            return PostgresDatabase(self.settings.jobs_url)
        return Database(self.state / "jobs.db")

    @cached_property
    def project_id(self) -> str:
        """What names this project in a database that several share; it stays when the folder moves."""
        path = self.state / "project"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".project.{uuid4().hex}")
            part.write_text(uuid4().hex)
            try:
                path.hardlink_to(part)  # the first of two that do this at once wins
            except FileExistsError:
                pass
            except OSError:  # a file system without links
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        return path.read_text()

    @cached_property
    def settings_file(self) -> Path:
        """The settings as a file that only its owner can read, for processes that go on with the work."""
        text = self.settings.model_dump_json()
        path = self.settings_path(sha256(text.encode()).hexdigest()[:16])
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, text, mode=0o600)
        return path

    def settings_path(self, name: str) -> Path:
        """Return where this user's settings with a name are kept; they are not there if another user kept them."""
        return self.state / "settings" / account() / f"{name}.json"


def inherited(project: Path) -> dict[str, Any]:
    """Return the settings of the studio that this process belongs to, if that is a studio of this project."""
    path = Path(os.environ.get(SETTINGS, ""))
    if path.suffix != ".json" or not path.is_relative_to(project / ".mlstudio" / "settings"):
        return {}
    try:
        kept = json.loads(path.read_bytes())
    except (OSError, ValueError):  # tidied away, or another user's
        return {}
    return {name: value for name, value in kept.items() if name in Settings.model_fields}
