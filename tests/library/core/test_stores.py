import pytest

from jupyter_mlstudio.core.sqlite import Database, SqliteStore
from jupyter_mlstudio.core.store import MemoryStore
from jupyter_mlstudio.testing.stores import Note, StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self):
        return MemoryStore()


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path):
        return SqliteStore(Database(tmp_path / "notes.db"), "notes", Note)

    def test_records_are_there_after_the_file_is_opened_again(self, store, tmp_path):
        store.add(Note(id="a", text="kept"))
        again = SqliteStore(Database(tmp_path / "notes.db"), "notes", Note)
        assert again.all() == [Note(id="a", text="kept")]

    def test_a_record_with_fields_of_a_later_version_can_be_read(self, tmp_path):
        database = Database(tmp_path / "notes.db")
        store = SqliteStore(database, "notes", Note)
        body = '{"id": "a", "text": "kept", "mood": "new"}'
        database.connect().execute("INSERT INTO notes (id, body) VALUES (?, ?)", ("a", body))
        assert store.get("a") == Note(id="a", text="kept")
