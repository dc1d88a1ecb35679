"""Where tables come from: files, databases and frames in memory, each as a lazy frame and as the text for it."""

from jupyter_mlstudio.wrangling.sources.files import Files, opened, project_folder
from jupyter_mlstudio.wrangling.sources.frames import framed, shape_of
from jupyter_mlstudio.wrangling.sources.head import Head, identifier

__all__ = ["Files", "Head", "framed", "identifier", "opened", "project_folder", "shape_of"]
