"""What every store must do: a test class to inherit from, with one fixture to give."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.core.types import Record


class Note(Record):
    """The smallest record that has something to keep."""

    text: str


class StoreContract:
    """Inherit, and give a fixture `store` that makes an empty `Store[Note]`."""

    def test_an_added_record_is_found_and_listed(self, store: Store[Note]) -> None:
        """`add` keeps the record whole."""
        store.add(Note(id="a", text="first"))
        assert store.get("a") == Note(id="a", text="first")
        assert store.all() == [Note(id="a", text="first")]

    def test_the_newest_added_comes_first(self, store: Store[Note]) -> None:
        """`all` goes by the order of adding, which replacing does not change."""
        for name in "abc":
            store.add(Note(id=name, text=""))
        store.replace(Note(id="a", text="changed"))
        assert [note.id for note in store.all()] == ["c", "b", "a"]

    def test_a_record_is_replaced_whole(self, store: Store[Note]) -> None:
        """`replace` leaves nothing of the old record."""
        store.add(Note(id="a", text="old"))
        store.replace(Note(id="a", text="new"))
        assert store.all() == [Note(id="a", text="new")]

    def test_a_removed_record_is_gone(self, store: Store[Note]) -> None:
        """`remove` forgets."""
        store.add(Note(id="a", text=""))
        store.remove("a")
        assert store.all() == []

    def test_a_known_id_cannot_be_added_again(self, store: Store[Note]) -> None:
        """`add` never overwrites."""
        store.add(Note(id="a", text="first"))
        with pytest.raises(ConflictError):
            store.add(Note(id="a", text="second"))
        assert store.get("a").text == "first"

    def test_an_unknown_id_is_told(self, store: Store[Note]) -> None:
        """`get`, `replace` and `remove` never make a record up."""
        with pytest.raises(NotFoundError):
            store.get("a")
        with pytest.raises(NotFoundError):
            store.replace(Note(id="a", text=""))
        with pytest.raises(NotFoundError):
            store.remove("a")

    def test_threads_may_share_it(self, store: Store[Note]) -> None:
        """Nothing is lost when many add at the same time."""
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: store.add(Note(id=str(number), text="")), range(64)))
        assert {note.id for note in store.all()} == {str(number) for number in range(64)}
