"""What can be done with registered models."""

from jupyter_mlstudio.registry.exchange import Exchange


class Registry(Exchange):
    """Names models that are worth keeping, and numbers their versions; MLflow keeps them.

    Reads come straight from the store where it is a SQLite file, and import no engine then (`direct`).
    """
