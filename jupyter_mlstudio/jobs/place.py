"""Where jobs live: a project folder, its state, its database, and how the studio is set up there."""

from functools import cached_property
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from jupyter_mlstudio.core.events import Publish
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.core.postgres import PostgresDatabase
from jupyter_mlstudio.core.sql import Sql
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.settings import Settings


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
            finally:
                part.unlink()
        return path.read_text()

    @cached_property
    def settings_file(self) -> Path:
        """The settings as a file that only its owner can read, for processes that go on with the work."""
        text = self.settings.model_dump_json()
        path = self.state / "settings" / f"{sha256(text.encode()).hexdigest()[:16]}.json"
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, text)
        return path
