"""The host process of one endpoint: `python -m jupyter_mlstudio.serving.runtime FOLDER`."""

import sys
from pathlib import Path

from jupyter_mlstudio.serving.runtime.host import Host

if __name__ == "__main__":
    sys.exit(Host(Path(sys.argv[1])).run())
