"""ML Studio for JupyterLab: the whole life of a model beside the notebook."""

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError, StudioError
from jupyter_mlstudio.studio import Studio

__all__ = ["ConflictError", "EngineError", "InvalidError", "NotFoundError", "Studio", "StudioError"]
