"""How Sphinx builds the documentation."""

project = "ML Studio for JupyterLab"
author = "The ML Studio contributors"
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path: list[str] = []
myst_heading_anchors = 3
