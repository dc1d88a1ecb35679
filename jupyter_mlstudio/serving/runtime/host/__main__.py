"""`python -m jupyter_mlstudio.serving.runtime.host`, in the folder of a project's endpoints."""

import sys
from pathlib import Path

from jupyter_mlstudio.serving.runtime.host.host import Host

if __name__ == "__main__":
    sys.exit(Host(Path.cwd()).run())
