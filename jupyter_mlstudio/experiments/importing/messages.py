"""The messages of TensorBoard's and W&B's logs, as far as they are read: a few fields of each.

Both write protocol buffers. Their own packages bring servers and native programs with them, and W&B's cannot read its
logs any more; the few fields that matter have had their numbers for years. `protobuf` reads them at the speed of C.
"""

from functools import cache
from typing import Any

SCALARS = {
    "double": 1,
    "float": 2,
    "int64": 3,
    "int32": 5,
    "bool": 8,
    "string": 9,
    "bytes": 12,
    "sint64": 18,
}
MESSAGE = 11
OPTIONAL, REPEATED = 1, 3

MESSAGES = {
    # TensorBoard
    "Event": "1 wall_time double, 2 step int64, 5 summary Summary",
    "Summary": "1 value Value*",
    "Value": "1 tag string, 2 simple_value float, 4 image Image, 5 histo bytes, 6 audio bytes, 8 tensor Tensor,"
    " 9 metadata Metadata",
    "Image": "1 height int32, 2 width int32, 4 encoded bytes",
    "Metadata": "1 plugin Plugin",
    "Plugin": "1 name string, 2 content bytes",
    "Tensor": "1 dtype int32, 2 shape Shape, 4 content bytes, 5 floats float*, 6 doubles double*, 7 ints int32*,"
    " 8 strings bytes*, 10 longs int64*",
    "Shape": "2 dim Dim*",
    "Dim": "1 size int64",
    "HParams": "3 start HParamsStart, 4 end HParamsEnd",
    "HParamsStart": "1 hparams HParam*, 4 started double",
    "HParam": "1 key string, 2 value HParamValue",
    "HParamValue": "1 null int32, 2 number double, 3 text string, 4 truth bool",
    "HParamsEnd": "1 status int32, 2 ended double",
    # W&B
    "Record": "2 history History, 3 summary Update, 5 config Update, 7 stats Stats, 13 output Output, 17 run WandbRun,"
    " 18 exit Exit, 26 environment Environment",
    "History": "1 item Item*, 2 step HistoryStep",
    "HistoryStep": "1 num int64",
    "Item": "1 key string, 2 nested_key string*, 3 none int32, 4 boolean bool, 5 integer sint64, 6 number double,"
    " 7 text string, 8 json string, 16 value_json string",
    "Update": "1 update Item*, 2 remove Item*",
    "Stats": "2 timestamp Timestamp, 3 item StatsItem*",
    "StatsItem": "1 key string, 16 value_json string",
    "Timestamp": "1 seconds int64, 2 nanos int32",
    "Output": "3 line string",
    "WandbRun": "1 run_id string, 2 entity string, 3 project string, 4 config Update, 5 summary Update, 6 group string,"
    " 7 job_type string, 8 display_name string, 9 notes string, 10 tags string*, 12 sweep_id string, 13 host string,"
    " 17 start_time Timestamp, 20 runtime int32, 21 git Git",
    "Git": "1 remote_url string, 2 commit string",
    "Exit": "1 exit_code int32, 2 runtime int32",
    "Environment": "2 python string, 6 program string, 13 username string",
}
"""Fields of each message: number, name and type, with a star where there may be many."""


@cache
def message(name: str) -> Any:
    """Return the class of a message; untyped, since it is made here and now."""
    from google.protobuf import message_factory

    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"mlstudio.{name}"))


@cache
def _pool() -> Any:
    from google.protobuf import descriptor_pb2, descriptor_pool

    file = descriptor_pb2.FileDescriptorProto(name="mlstudio.proto", package="mlstudio", syntax="proto2")
    for name, fields in MESSAGES.items():
        made = file.message_type.add(name=name)
        for field in fields.split(","):
            number, called, kind = field.split()
            _add(made, int(number), called, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


def _add(made: Any, number: int, name: str, kind: str) -> None:
    plain = kind.rstrip("*")
    field = made.field.add(name=name, number=number, label=REPEATED if kind.endswith("*") else OPTIONAL)
    field.type = SCALARS.get(plain, MESSAGE)
    if field.type == MESSAGE:
        field.type_name = f".mlstudio.{plain}"
