"""What one needs to know of an endpoint to call it."""

from jupyter_mlstudio.serving.copies import Copies
from jupyter_mlstudio.serving.snippets import snippets
from jupyter_mlstudio.serving.supervisor import Supervisor
from jupyter_mlstudio.serving.types import (
    Endpoint,
    EndpointDetail,
)


def detail(endpoint: Endpoint, supervisor: Supervisor, copies: Copies) -> EndpointDetail:
    """Describe an endpoint with what one needs to call it."""
    shown = endpoint.deployment or endpoint.rolling_to or endpoint.deployments[0]
    ways = supervisor.ways(endpoint.id, [share.number for share in endpoint.traffic])
    report = next((way.report for way in ways if way.number == shown.number), None)
    methods = report.methods if report is not None else supervisor.methods(endpoint.id)
    signature = copies.signature(endpoint.id, shown.number, methods)
    key_file = f".mlstudio/endpoints/{endpoint.id}/key"
    url = endpoint.url or f"http://127.0.0.1:{endpoint.port or 'PORT'}"
    return EndpointDetail(
        endpoint=endpoint,
        ways=ways,
        signature=signature,
        snippets=snippets(endpoint.name, url, key_file, signature.example[:1] if signature else [], shown.served_as),
        key_file=key_file,
    )
