"""What is found out about versions from runs, endpoints and model folders, and how an alias moves."""

import math
import tempfile
from pathlib import Path
from typing import Literal

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, NotFoundError
from jupyter_mlstudio.core.refs import ModelRef
from jupyter_mlstudio.registry import folder, headline
from jupyter_mlstudio.registry.comparing import Compared, cell, side_by_side
from jupyter_mlstudio.registry.facts_types import (
    FollowingEndpoint,
    Gate,
    Promotion,
    PromotionSpec,
    ServedBy,
    VersionComparison,
    VersionOverview,
    VersionOverviewList,
)
from jupyter_mlstudio.registry.lineage import drawn
from jupyter_mlstudio.registry.lineage_types import Lineage, NodeKind
from jupyter_mlstudio.registry.models import local_folder
from jupyter_mlstudio.registry.shelf import Shelf, check_alias
from jupyter_mlstudio.registry.surroundings import EndpointFacts
from jupyter_mlstudio.registry.types import STAGE, AliasSpec, ModelVersion

FEWEST, MOST = 2, 12
"""How many versions can be compared at once."""


class Looking(Shelf):
    """Looks at versions together with what they came from and what depends on them."""

    def overview(self, name: str, metric: str | None = None) -> VersionOverviewList:
        """List the versions with a metric of their runs and the endpoints that serve them, the newest first.

        Args:
            name: The registered model.
            metric: The metric to show; without it the usual one that most runs have logged.
        """
        versions = self.versions(name).items
        logged = self._around.metrics([version.run_id for version in versions if version.run_id])
        known = [logged.get(version.run_id or "", {}) for version in versions]
        shown = metric or headline.common_headline(known)
        endpoints = self._around.endpoints()
        return VersionOverviewList(
            items=[
                VersionOverview(
                    version=version.version,
                    stage=version.tags.get(STAGE, ""),
                    value=cell(metrics[shown]) if shown in metrics else None,
                    run_name=self._run_name(version.run_id),
                    served_by=_serving(endpoints, ModelRef(name=name, version=version.version)),
                )
                for version, metrics in zip(versions, known, strict=True)
            ],
            metric=shown,
            better=headline.better(shown or ""),
            metrics=sorted({key for metrics in known for key in metrics}),
        )

    def lineage(self, name: str, version: int | None = None) -> Lineage:
        """Draw where a version comes from and which endpoints serve it; the newest version without a number."""
        ref = self.resolve(name, None if version is None else str(version))
        return self.lineage_of("version", f"{ref.name}/{ref.version}")

    def lineage_of(self, kind: NodeKind, key: str) -> Lineage:
        """Draw where a thing comes from and which models and endpoints depend on it.

        Args:
            kind: What it is.
            key: Digest of data, path of a recipe or notebook, id of a job, run or endpoint, or name/version.

        Raises:
            NotFoundError: There is no such run, version or endpoint.
        """
        endpoints = self._around.endpoints()
        if kind == "version":
            versions, runs = [self._version_of(key)], []
        elif kind == "endpoint":
            serving = next((each for each in endpoints if each.id == key), None)
            if serving is None:
                raise NotFoundError(f"There is no endpoint {key!r}.")
            versions, runs = self._present(serving.serves), list(serving.runs)
        else:
            runs = [self._run_id(key)] if kind == "run" else self._reads.runs_with(kind, key)
            made = set(runs)
            versions = [version for version in self.all_versions().items if version.run_id in made]
        refs = {ModelRef(name=version.name, version=version.version) for version in versions}
        found = [each for each in endpoints if each.id == key or refs & {*each.serves} or {*runs} & {*each.runs}]
        return drawn(self._around, (kind, key), versions, runs, found, STAGE)

    def compare(self, name: str, versions: list[int]) -> VersionComparison:
        """Put versions of a registered model side by side.

        Raises:
            InvalidError: There are fewer than two, or more than twelve.
        """
        wanted = list(dict.fromkeys(versions))
        if not FEWEST <= len(wanted) <= MOST:
            raise InvalidError(f"versions: choose {FEWEST} to {MOST} versions to compare, not {len(wanted)}.")
        return side_by_side([self._compared(name, version) for version in wanted])

    def promotion(self, name: str, version: int, spec: PromotionSpec) -> Promotion:
        """Tell what moving an alias to a version would change, without moving it."""
        check_alias(spec.alias)
        self.version(name, version)
        before = next((known.version for known in self.model(name).aliases if known.alias == spec.alias), None)
        return Promotion(
            name=name,
            alias=spec.alias,
            before=before,
            version=version,
            endpoints=[
                FollowingEndpoint(
                    id=each.id,
                    name=each.name,
                    state=each.state,
                    serves=[ref.version for ref in each.serves if ref.name == name],
                )
                for each in self._around.endpoints()
                if each.follows == (name, spec.alias)
            ],
            gate=self._gate(name, before, version, spec),
            done=False,
        )

    def promote(
        self,
        name: str,
        version: int,
        alias: str = "champion",
        *,
        metric: str | None = None,
        better: Literal["higher", "lower"] | None = None,
        force: bool = False,
        expected: int | None = None,
    ) -> Promotion:
        """Let an alias stand for a version; endpoints that follow the alias roll to it.

        Args:
            name: The registered model.
            version: The version that the alias shall stand for.
            alias: The alias that moves.
            metric: Refuse if the version is worse in this metric than the one that the alias stands for now.
            better: Which values of the metric are good; guessed from its name if not given.
            force: Move the alias although the metric is worse.
            expected: Refuse if the alias stands for another version than this by now; 0 for none.

        Returns:
            What was changed; promoting its `before` again undoes it.

        Raises:
            ConflictError: The metric is worse, or the alias was moved meanwhile.
        """
        spec = PromotionSpec(alias=alias, metric=metric, better=better, force=force, expected=expected)
        ahead = self.promotion(name, version, spec)
        if expected is not None and (ahead.before or 0) != expected:
            now = "no version" if ahead.before is None else f"version {ahead.before}"
            raise ConflictError(f"{alias} stands for {now} by now. Look again before you move it.", code="alias_moved")
        if ahead.gate is not None and not ahead.gate.passed and not force:
            raise ConflictError(f"{ahead.gate.reason} Promote with force if that is meant.", code="gate_closed")
        self.set_alias(name, alias, AliasSpec(version=version))
        return ahead.model_copy(update={"done": True})

    def _gate(self, name: str, before: int | None, version: int, spec: PromotionSpec) -> Gate | None:
        if spec.metric is None:
            return None
        direction = spec.better or headline.better(spec.metric)
        old = None if before is None else self._metric(name, before, spec.metric)
        new = self._metric(name, version, spec.metric)
        passed, reason = _judged(spec.metric, direction, before, old, version, new)
        return Gate(metric=spec.metric, better=direction, before=old, after=new, passed=passed, reason=reason)

    def _metric(self, name: str, version: int, metric: str) -> float | None:
        run_id = self.version(name, version).run_id
        value = self._around.metrics([run_id]).get(run_id, {}).get(metric) if run_id else None
        return value if value is not None and math.isfinite(value) else None

    def _compared(self, name: str, version: int) -> Compared:
        found = self.version(name, version)
        run = self._around.run(found.run_id) if found.run_id else None
        return Compared(found, run, self._described(found))

    def _described(self, version: ModelVersion) -> folder.Folder:
        """Read what the files of a version say; nothing if they are gone."""
        location = self._reads.version_location(version.name, version.version)
        here = local_folder(location)
        if here is not None:
            return folder.read(here)
        with tempfile.TemporaryDirectory() as fetched:
            return folder.read(self._models.fetch_described(location, Path(fetched)))

    def _present(self, refs: tuple[ModelRef, ...]) -> list[ModelVersion]:
        """Return those of some versions that were not deleted."""
        found = []
        for ref in refs:
            try:
                found.append(self.version(ref.name, ref.version))
            except NotFoundError:
                continue
        return found

    def _version_of(self, key: str) -> ModelVersion:
        name, _, number = key.rpartition("/")
        if not number.isdecimal():
            raise InvalidError(f"key: {key!r} is no version. Write it as name/number.")
        return self.version(name, int(number))

    def _run_id(self, key: str) -> str:
        if self._around.run(key) is None:
            raise NotFoundError(f"There is no run {key!r}.")
        return key

    def _run_name(self, run_id: str | None) -> str:
        run = self._around.run(run_id) if run_id else None
        return run.name if run is not None else ""


def _serving(endpoints: list[EndpointFacts], ref: ModelRef) -> list[ServedBy]:
    return [ServedBy(id=each.id, name=each.name, state=each.state) for each in endpoints if ref in each.serves]


def _judged(
    metric: str, direction: str, before: int | None, old: float | None, version: int, new: float | None
) -> tuple[bool, str]:
    """Tell whether a version may take an alias, and why."""
    if before is None or before == version:
        return True, "There is no other version to be compared with."
    if new is None:
        return False, f"Version {version} has no {metric}."
    if old is None:
        return True, f"Version {before} has no {metric}."
    if new == old:
        return True, f"Version {version} has the same {metric} as version {before}, {old:.6g}."
    word = "better" if (new > old) == (direction == "higher") else "worse"
    return word == "better", f"Version {version} is {word} than version {before}: {metric} {new:.6g} against {old:.6g}."
