"""The server side of ML Studio: HTTP, events and configuration over the library."""


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    from jupyter_mlstudio_server.app import StudioApp

    return [{"module": "jupyter_mlstudio_server", "app": StudioApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-mlstudio"}]
