"""Model cards: what is known of a version, and what the user says about it."""

from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.registry import card
from jupyter_mlstudio.registry.card_types import CardSpec, ModelCard
from jupyter_mlstudio.registry.looking import Looking
from jupyter_mlstudio.registry.types import ModelVersion

OF_MODEL = frozenset({"purpose"})
"""Parts that hold for all versions, and are kept with the registered model."""


class Cards(Looking):
    """Writes cards anew whenever they are asked for; only the user's own words are kept, as tags."""

    def card(self, name: str, version: int) -> ModelCard:
        """Make the card of a version from what is known now."""
        model = self.model(name)
        known = self._compared(name, version)
        ref = ModelRef(name=name, version=version)
        serving = [each for each in self._around.endpoints() if ref in each.serves]
        found = {each.name: self._around.watched(each.id) for each in serving}
        facts = card.Known(model, known.version, known.run, known.folder, tuple(serving), found)
        parts = card.parts(facts)
        return ModelCard(
            name=name,
            version=version,
            parts=parts,
            markdown=card.markdown(facts, parts),
            published=known.version.description.startswith(card.MARK),
        )

    def write_card(self, name: str, version: int, spec: CardSpec) -> ModelCard:
        """Change the parts of a card that are the user's own."""
        found = self.version(name, version)
        given = {part: text for part, text in spec.model_dump().items() if text is not None}
        for own in (True, False):
            tags = {card.tag(part): text.strip() or None for part, text in given.items() if (part in OF_MODEL) is own}
            if tags:
                self._models.tag(name, None if own else version, tags)
        if given.get("summary") == "" and found.description and not found.description.startswith(card.MARK):
            self._models.describe(name, version, "")  # else the description would stand in for what was removed
        self._changed(name, "changed")
        return self.card(name, version)

    def publish_card(self, name: str, version: int) -> ModelVersion:
        """Make the card the version's description, which MLflow's own pages show.

        A description that was there becomes the card's summary.
        """
        before = self.version(name, version).description
        if before and not before.startswith(card.MARK):
            self._models.tag(name, version, {card.tag("summary"): before})
        self._models.describe(name, version, f"{card.MARK}\n\n{self.card(name, version).markdown}")
        self._changed(name, "changed")
        return self.version(name, version)

    def withdraw_card(self, name: str, version: int) -> ModelVersion:
        """Take a published card out of the description; its summary becomes the description again."""
        found = self.version(name, version)
        if found.description.startswith(card.MARK):
            self._models.describe(name, version, found.tags.get(card.tag("summary"), ""))
            self._changed(name, "changed")
        return self.version(name, version)
