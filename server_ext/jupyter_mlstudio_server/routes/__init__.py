"""One module a feature; each lists its routes."""

from jupyter_mlstudio_server.http import StudioHandler

ROUTES: list[tuple[str, type[StudioHandler]]] = []
