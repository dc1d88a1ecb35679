"""The quick way from a JSON body to rows: decoders in C, made once from the model's signature.

They take what is right and say of the rest only that it is wrong; the words for it are found by `forms` and `columns`.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from operator import itemgetter
from types import GenericAlias
from typing import Annotated, Any

import msgspec

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.question import Rows
from jupyter_mlstudio.serving.runtime.wire.arrays import rows_of_cells, rows_of_lists
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

FAILURES = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError)
UNSET = msgspec.UNSET
LARGE = 2**16
MOST_HEADERS = 64
SINGLE = 3.4028234663852886e38
"""The largest number that four bytes hold."""

Pick = Callable[[tuple[Any, ...]], tuple[Any, ...]]
Read = tuple[Rows, dict[str, Any]]

TYPES: dict[str, Any] = {
    "double": float,
    "float": Annotated[float, msgspec.Meta(ge=-SINGLE, le=SINGLE)],
    "integer": Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)],
    "long": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
    "boolean": bool,
    "string": str,
    "datetime": datetime,
    "binary": bytes,
}
NAMES = msgspec.json.Decoder(list[str])


class Header:
    """The columns of a dataframe_split in the order in which somebody sends them."""

    def __init__(self, decoder: Any, pick: Pick | None) -> None:
        self.decoder, self.pick = decoder, pick


class Typed:
    """The decoders of one signature. Threads may share it: at worst, one makes a decoder that another has made."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._types = _types_of(schema)
        self._timed = any(field.type == "datetime" for field in schema.fields)
        self._decoders: dict[tuple[str, ...], Any] = {}
        self._headers: dict[bytes, Header] = {}
        if self._types is not None:
            self._usual = self._decoder_for(self._types)

    def read(self, body: bytes) -> Read | None:
        """Read rows and params of a request in MLflow's protocol; None if it is wrong or of an unusual form.

        Raises:
            RefusedError: The columns are not those of the model, or there are too many rows.
        """
        if self._types is None:
            return None
        try:
            return self._read(body)
        except OverflowError:  # a time that its zone moves out of the calendar
            return None

    def _read(self, body: bytes) -> Read | None:
        decoder = self._usual
        try:
            envelope = decoder.decode(body)
        except FAILURES:
            return self._read_reordered(body)
        if envelope.dataframe_split is UNSET:
            return self._unsplit(envelope)
        columns = bytes(envelope.dataframe_split.columns)
        header = self._headers.get(columns) or self._learned(columns)
        if header is not None and header.decoder is not decoder:
            return self._read_as(header, body)
        return self._split(envelope, header)

    def _split(self, envelope: Any, header: Header | None) -> Read | None:
        if header is None or not (envelope.instances is envelope.inputs is envelope.dataframe_records is UNSET):
            return None
        cells = envelope.dataframe_split.data
        return self._rows(cells if header.pick is None else [*map(header.pick, cells)]), envelope.params or {}

    def _read_reordered(self, body: bytes) -> Read | None:
        """Read columns whose types come in another order than they did last."""
        if len(set(self._types or ())) <= 1:
            return None
        try:
            split = LOOSE.decode(body).dataframe_split
        except FAILURES:
            return None
        header = self._learned(bytes(split.columns))
        return None if header is None else self._read_as(header, body)

    def _read_as(self, header: Header, body: bytes) -> Read | None:
        try:
            envelope = header.decoder.decode(body)
        except FAILURES:
            return None
        self._usual = header.decoder  # who sends another order will do so again
        return self._split(envelope, header)

    def _learned(self, columns: bytes) -> Header | None:
        header = self._headers.get(columns)
        if header is not None:
            return header
        if not columns and self._schema.names:
            return None
        if len(self._headers) >= MOST_HEADERS:  # who knows how many orders somebody will think of
            self._headers, self._decoders = {}, {}
        if self._schema.tensor is not None or not columns:
            header = Header(self._usual, None)
        else:
            try:
                names = NAMES.decode(columns)
            except FAILURES:
                return None
            if not names:
                return None
            header = self._header(names)
        if len(columns) < LARGE:
            self._headers[columns] = header
        return header

    def _header(self, names: list[str]) -> Header:
        places = self._schema.places(names)
        types = dict(zip(self._schema.names, self._types or (), strict=True))
        decoder = self._decoder_for([types[name] for name in names])
        same = places == list(range(len(names)))
        return Header(decoder, None if same else _pick(places, len(names)))

    def _unsplit(self, envelope: Any) -> Read | None:
        forms = (envelope.dataframe_records, envelope.instances, envelope.inputs)
        given = [form for form in forms if form is not UNSET]
        if len(given) != 1 or given[0] is None:
            return None
        form, params = given[0], envelope.params or {}
        if not isinstance(form, list):
            return self._by_column(form, params)
        if not form or type(form[0]) is tuple:
            return self._rows(form), params
        return self._rows([*map(msgspec.structs.astuple, form)]), params

    def _by_column(self, form: Any, params: dict[str, Any]) -> Read | None:
        lists = msgspec.structs.astuple(form)
        counts = {len(values) for values in lists if values is not None}
        if len(counts) != 1:
            return None
        count = counts.pop()
        self._schema.check_count(count)
        filled = [[None] * count if values is None else values for values in lists]
        if self._timed:
            return self._rows([*zip(*filled, strict=True)]), params
        return rows_of_lists(self._schema, filled, count), params

    def _rows(self, cells: list[tuple[Any, ...]]) -> Rows:
        self._schema.check_count(len(cells))
        if self._timed:
            cells = [tuple(map(_plain_time, row)) for row in cells]
        return rows_of_cells(self._schema, cells)

    def _decoder_for(self, types: Sequence[Any]) -> Any:
        """Make the decoder of a request whose rows hold these types, or take the one made before."""
        kinds = tuple(map(str, types))
        if kinds not in self._decoders:
            cells = GenericAlias(list, GenericAlias(tuple, tuple(types)))
            self._decoders[kinds] = msgspec.json.Decoder(self._envelope(cells))
        return self._decoders[kinds]

    def _envelope(self, cells: Any) -> Any:
        split = msgspec.defstruct("Split", [("data", cells), ("columns", msgspec.Raw, msgspec.Raw())], gc=False)
        unset = msgspec.UnsetType
        listed, by_column = (cells, cells) if not self._schema.names else self._named
        return msgspec.defstruct(
            "Envelope",
            [
                ("dataframe_split", split | unset, UNSET),
                ("dataframe_records", listed | unset, UNSET),
                ("instances", listed | unset, UNSET),
                ("inputs", listed | by_column | unset, UNSET),
                ("params", dict[str, Any] | None, None),
            ],
            gc=False,
        )

    @cached_property
    def _named(self) -> tuple[Any, Any]:
        """The types of a list of objects, one a row, and of an object of lists, one a column."""
        fields = list(zip(self._schema.fields, self._types or (), strict=True))
        names = {f"c{number}": str(field.name) for number, (field, _) in enumerate(fields)}
        row = [_member(number, field, type_) for number, (field, type_) in enumerate(fields)]
        lists = [_member(number, field, GenericAlias(list, type_)) for number, (field, type_) in enumerate(fields)]
        options: dict[str, Any] = {"rename": names, "forbid_unknown_fields": True, "kw_only": True, "gc": False}
        one = msgspec.defstruct("Row", row, **options)
        return GenericAlias(list, one), msgspec.defstruct("Columns", lists, **options)


class _LooseSplit(msgspec.Struct):
    data: msgspec.Raw
    columns: msgspec.Raw = msgspec.Raw()


class _Loose(msgspec.Struct):
    dataframe_split: _LooseSplit


LOOSE = msgspec.json.Decoder(_Loose)


def _types_of(schema: Schema) -> list[Any] | None:
    """Return the type of each cell of a row; None if there is no quick way for the signature."""
    if schema.tensor is not None:
        kind = schema.tensor.dtype.rstrip("0123456789")
        shape = schema.tensor.shape
        if len(shape) != 2 or shape[1] < 1 or kind not in ("float", "int"):  # noqa: PLR2004  # a matrix
            return None
        return [TYPES["long"] if kind == "int" else float] * shape[1]
    if not schema.fields or any(field.type == "tensor" for field in schema.fields) or not _plain_names(schema.names):
        return None
    return [_cell_type(field) for field in schema.fields]


def _cell_type(field: Field) -> Any:
    known = TYPES.get(field.type)
    if known is None:
        return Any
    return known if field.required else known | None


def _member(number: int, field: Field, type_: Any) -> tuple[Any, ...]:
    name = f"c{number}"
    return (name, type_) if field.required else (name, type_ | None, None)


def _plain_names(names: list[str]) -> bool:
    """Tell whether they can be keys of a decoder: distinct, without quotes and control characters."""
    return len(set(names)) == len(names) and all(name.isprintable() and not {'"', "\\"} & set(name) for name in names)


def _pick(places: list[int | None], width: int) -> Pick:
    """Make what puts a row in the model's order; a column that was left out is read from a None after the last."""
    if len(places) == 1:
        place = places[0]
        return lambda row: (row[place],) if place is not None else (None,)
    getter = itemgetter(*(width if place is None else place for place in places))
    if None not in places:
        return getter
    return lambda row: getter((*row, None))


def _plain_time(value: Any) -> Any:
    if type(value) is datetime and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


@contextmanager
def no_collection() -> Iterator[None]:
    """Hold the search for garbage while many small objects are made, none of which can be any."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
