"""The addresses at which models are asked and described."""

from collections.abc import Iterator

from jupyter_mlstudio.serving.runtime.http.exchange import Route
from jupyter_mlstudio.serving.runtime.wire import described
from jupyter_mlstudio.serving.runtime.wire.inference import read_inference
from jupyter_mlstudio.serving.runtime.wire.invocations import read_invocation

MODEL = "/v2/models/{model}"
VERSION = MODEL + "/versions/{version}"
REPOSITORY = "/v2/repository"
GET, POST = ("GET",), ("POST",)


def _routes() -> Iterator[Route]:
    for path in ("/invocations", "/models/{model}/invocations", "/models/{model}/invoke"):
        yield Route(path, POST, reader=read_invocation)
    for path in (MODEL, VERSION):
        yield Route(f"{path}/infer", POST, reader=read_inference)
        yield Route(f"{path}/ready", GET, teller=described.tell_model_ready)
        yield Route(f"{path}/config", GET, teller=described.tell_config)
        yield Route(path, GET, teller=described.tell_model)
    yield Route("/v2", GET, teller=described.tell_server)
    yield Route("/v2/health/live", GET, teller=described.tell_live, open=True)
    yield Route("/v2/health/ready", GET, teller=described.tell_ready, open=True)
    yield Route(f"{REPOSITORY}/index", POST, teller=described.tell_index)
    yield Route(f"{REPOSITORY}/models/{{model}}/load", POST, teller=described.load)
    yield Route(f"{REPOSITORY}/models/{{model}}/unload", POST, teller=described.unload)
    yield Route("/openapi.json", GET, teller=described.tell_document)
    yield Route("/models/{model}/openapi.json", GET, teller=described.tell_document)
    yield Route("/", GET, teller=described.tell_page, open=True)


ROUTES = tuple(_routes())
