"""How an endpoint is: from what is kept of it, and what its host last said."""

from jupyter_mlstudio.core.processes import alive
from jupyter_mlstudio.serving.traffic import leading
from jupyter_mlstudio.serving.types import Endpoint, EndpointRecord, EndpointState, RuntimeStatus

DIED = "The processes of the endpoint have ended: they were killed, or the machine was. They are being started again."
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
RUNNING = (EndpointState.STARTING, EndpointState.READY, EndpointState.ASLEEP)


def present(record: EndpointRecord, status: RuntimeStatus | None) -> Endpoint:
    """Describe an endpoint as it is now."""
    state, message = _state(record, status)
    deployments = {deployment.number: deployment for deployment in record.deployments}
    runs = status if state in RUNNING else None
    answers = runs if runs is not None and (state != EndpointState.STARTING or runs.workers) else None
    share = leading(answers.traffic) or next(iter(answers.traffic), None) if answers is not None else None
    return Endpoint(
        id=record.id,
        name=record.name,
        state=state,
        message=message,
        url=_url(runs) if runs is not None and runs.port is not None and runs.traffic else None,
        path=f"mlstudio/serving/endpoints/{record.id}/invocations",
        port=status.port if status is not None else record.port,
        deployment=deployments.get(share.number) if share is not None else None,
        rolling_to=deployments.get(runs.rolling_to or 0) if runs is not None else None,
        deployments=record.deployments,
        traffic=answers.traffic if answers is not None else record.traffic,
        scaling=record.scaling,
        capture=record.capture,
        follow=record.follow,
        workers=len(runs.workers) if runs is not None else 0,
        restarts=status.restarts if status is not None else 0,
        created_at=record.created_at,
        since=answers.since if answers is not None else None,
    )


def _state(record: EndpointRecord, status: RuntimeStatus | None) -> tuple[EndpointState, str]:
    if status is None:
        return EndpointState.STOPPED, ""
    if status.state in RUNNING and not alive(status.host) and not any(alive(worker) for worker in status.workers):
        return (EndpointState.STARTING, DIED) if record.wanted else (EndpointState.STOPPED, "")
    return status.state, status.message


def _url(status: RuntimeStatus) -> str:
    reachable = EVERYWHERE.get(status.address, status.address)
    return f"http://[{reachable}]:{status.port}" if ":" in reachable else f"http://{reachable}:{status.port}"
