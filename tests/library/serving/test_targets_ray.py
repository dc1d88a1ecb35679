"""An endpoint on Ray Serve: the common suite of protocols against a real cluster on this machine."""

import socket

import pytest
from answering import Target
from protocols import Protocols

from jupyter_mlstudio.serving.targets.ray import application

KEY = "a-key-of-our-own"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def cluster():
    """A real cluster, whose processes inherit the key; it ends with the tests also when it did not quite start."""
    import ray

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENDPOINT_KEY", KEY)
        try:
            yield ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
        finally:
            ray.shutdown()


@pytest.fixture(scope="module")
def on_ray(project_of, cluster):
    """The application that was exported."""
    from ray import serve

    with project_of("delay") as studio:
        studio.deploy("models/delay", "delay", trust=True).stop()
        port = free_port()
        serve.start(http_options={"host": "127.0.0.1", "port": port})
        serve.run(application(studio.project / studio.serving.export("delay", "ray").folder), route_prefix="/")
        target = Target(f"http://127.0.0.1:{port}", KEY, "delay")
        yield target
        target.client.close()
        serve.shutdown()


@pytest.mark.filterwarnings("ignore")  # Ray's own, of many kinds
class TestRay(Protocols):
    @pytest.fixture
    def target(self, on_ray):
        return on_ray
