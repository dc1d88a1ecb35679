"""Which classes a model file from elsewhere may hold. The file's own opinion of what is harmless is never asked."""

from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import NoModelError

VETTED = frozenset(
    {
        "collections.OrderedDict",
        "collections.defaultdict",
        "numpy.dtype",
        "numpy.random._mt19937.MT19937",
        "numpy.random.mtrand.RandomState",
        "sklearn._loss.link.Interval",
        "sklearn._loss.link.IdentityLink",
        "sklearn._loss.link.LogLink",
        "sklearn._loss.link.LogitLink",
        "sklearn._loss.link.MultinomialLogit",
        "sklearn._loss.loss.AbsoluteError",
        "sklearn._loss.loss.HalfBinomialLoss",
        "sklearn._loss.loss.HalfMultinomialLoss",
        "sklearn._loss.loss.HalfPoissonLoss",
        "sklearn._loss.loss.HalfSquaredError",
        "sklearn._loss._loss.CyAbsoluteError",
        "sklearn._loss._loss.CyHalfBinomialLoss",
        "sklearn._loss._loss.CyHalfMultinomialLoss",
        "sklearn._loss._loss.CyHalfPoissonLoss",
        "sklearn._loss._loss.CyHalfSquaredError",
        "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.preprocessing._function_transformer._identity",
        "sklearn.tree._tree.Tree",
    }
)


def load_vetted(path: Path) -> Any:
    """Load a skops file if every class in it is known to be harmless.

    Raises:
        NoModelError: It holds another class; the text names it.
    """
    import skops.io

    strange = sorted(set(skops.io.get_untrusted_types(file=path)) - VETTED)
    if strange:
        raise NoModelError(
            f"The model is from elsewhere and holds {', '.join(strange[:5])}, which could run code while it is loaded."
            " Deploy it again with trust if you know who made it."
        )
    return skops.io.load(path, trusted=sorted(VETTED))
