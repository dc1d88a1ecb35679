"""The server side of ML Studio: HTTP, events and configuration over the library."""

import gc


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    collects = gc.isenabled()
    gc.disable()  # all that is made here stays; a collection of JupyterLab's whole heap would take as long as our load
    try:
        from jupyter_mlstudio_server.app import StudioApp
    finally:
        if collects:
            gc.enable()
    return [{"module": "jupyter_mlstudio_server", "app": StudioApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-mlstudio"}]
