"""How an endpoint is: from what is kept of it, and what its host last said."""

from jupyter_mlstudio.core.processes import alive
from jupyter_mlstudio.serving.types import Endpoint, EndpointRecord, EndpointState, RuntimeStatus

DIED = "The endpoint's process ended without a word: it was killed, or the machine was. Start it again."
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def present(record: EndpointRecord, status: RuntimeStatus | None) -> Endpoint:
    """Describe an endpoint as it is now."""
    state, message = _state(record, status)
    deployments = {deployment.number: deployment for deployment in record.deployments}
    answers = status if state == EndpointState.READY else None
    runs = status if state in (EndpointState.READY, EndpointState.STARTING) else None
    return Endpoint(
        id=record.id,
        name=record.name,
        state=state,
        message=message,
        url=_url(answers) if answers else None,
        path=f"mlstudio/serving/endpoints/{record.id}/invocations",
        port=status.port if status else record.port,
        deployment=deployments.get(answers.deployment or 0) if answers else None,
        rolling_to=deployments.get(runs.rolling_to or 0) if runs else None,
        deployments=record.deployments,
        restarts=status.restarts if status else 0,
        created_at=record.created_at,
        since=answers.since if answers else None,
    )


def _state(record: EndpointRecord, status: RuntimeStatus | None) -> tuple[EndpointState, str]:
    if status is None:
        return EndpointState.STOPPED, ""
    if status.state in (EndpointState.STARTING, EndpointState.READY) and not alive(status.host):
        return (EndpointState.FAILED, DIED) if record.wanted else (EndpointState.STOPPED, "")
    return status.state, status.message


def _url(status: RuntimeStatus) -> str:
    reachable = EVERYWHERE.get(status.address, status.address)
    return f"http://[{reachable}]:{status.port}" if ":" in reachable else f"http://{reachable}:{status.port}"
