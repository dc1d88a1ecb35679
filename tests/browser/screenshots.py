"""Take every picture of the docs anew from the running product, and more for review.

`make screenshots` writes `docs/images/*.png`, each view in the light and the dark theme, and for review into
`test-results/screens/` every view in each of its looks, wide and narrow. Pictures are made from a project in which
the demo has run.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from conftest import FLAGS, Lab
from PIL import Image
from playwright.sync_api import Page, sync_playwright
