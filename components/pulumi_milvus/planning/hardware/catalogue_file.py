"""A catalogue that its user made with `pulumi-milvus catalogue refresh`: a file with one snapshot for each region.

Each snapshot has the shape of the packaged one, and beside it ``unit_prices``, ``quotas`` and ``missing``: what AWS did
not tell, with the reason. The packaged shape alone, of one region, is read too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue, types_of
from pulumi_milvus.planning.hardware.catalogue_rows import rows_problems
from pulumi_milvus.planning.hardware.prices import PriceList, UnitPrice
from pulumi_milvus.planning.json_text import parse_json
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

FORMAT_VERSION: Final = 1
MAKE_ONE: Final = "pulumi-milvus catalogue refresh --output FILE makes one"
# EC2's whole catalogue of one region has about 1,400 types; a file beyond this is something else.
_MOST_BYTES: Final = 64 * 2**20
_TEXTS: Final = ("region", "generated_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSnapshot:
    """What AWS told of one region. ``quotas``: the account's, by code. ``missing``: what it did not tell, and why."""

    catalogue: AwsCatalogue
    sources: Mapping[str, str]
    quotas: Mapping[str, float]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """The snapshots of a file by region, in its order."""

    name: str
    regions: Mapping[str, RegionSnapshot]

    def snapshot(self, region: str | None) -> RegionSnapshot:
        """The snapshot of a region; None: the only one. Raises ``InvalidValues`` where it is not in the file."""
        if region is not None and region in self.regions:
            return self.regions[region]
        known = ", ".join(self.regions)
        if region is None and len(self.regions) == 1:
            return next(iter(self.regions.values()))
        if region is None:
            near = f"aws:region: {next(iter(self.regions))}"
            reason = f"has several regions ({known}), and nothing says which is meant"
            raise InvalidValues([Problem(self.name, "", reason, near)])
        near = f"pulumi-milvus catalogue refresh --region {region} --output {self.name}"
        raise InvalidValues([Problem(self.name, region, f"this region is not in the file, which has {known}", near)])


def read_catalogue_file(path: Path) -> CatalogueFile:
    """The catalogue in a file. Raises ``InvalidValues`` with everything that is wrong, and nothing else."""
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {getattr(error, 'strerror', None) or 'is no name of a file'}"
        raise InvalidValues([Problem(shown(str(path)), "", reason, MAKE_ONE)]) from None
    return read_catalogue_text(data, str(path))


def read_catalogue_text(text: bytes, name: str) -> CatalogueFile:
    """The catalogue in a text; ``name`` names it in messages. Raises ``InvalidValues`` with everything wrong in it."""
    if len(text) > _MOST_BYTES:
        raise InvalidValues([Problem(name, "", f"has {len(text):_} bytes, and no catalogue is that large", MAKE_ONE)])
    try:
        data = parse_json(text)
    except InvalidValues as error:
        raise InvalidValues([Problem(name, "", f"is no JSON: {error.problems[0].reason}", MAKE_ONE)]) from None
    if not isinstance(data, dict):
        raise InvalidValues([Problem(name, "", "is no catalogue", MAKE_ONE)])
    if "regions" not in data and "rows" in data:
        parts: object = [data]
    else:
        version = data.get("format_version")
        if version != FORMAT_VERSION:
            reason = f"this version of the package reads format {FORMAT_VERSION}"
            raise InvalidValues([Problem(f"{name}: format_version", shown(version), reason, MAKE_ONE)])
        parts = data.get("regions")
    if not isinstance(parts, list) or not parts:
        raise InvalidValues([Problem(f"{name}: regions", shown(parts), "a list of snapshots is needed", MAKE_ONE)])
    problems: list[Problem] = []
    found = {}
    for position, part in enumerate(parts):
        path = f"{name}: regions[{position}]" if "regions" in data else name
        snapshot = _snapshot(part, path, problems)
        if snapshot is not None:
            found[snapshot.catalogue.region] = snapshot
    if problems:
        raise InvalidValues(problems)
    return CatalogueFile(name, MappingProxyType(found))


def catalogue_text(snapshots: Iterable[Mapping[str, Any]], generated_at: str) -> str:
    """The file's text, one type a line, so that a change shows as such.

    ``snapshots``: of each region the keys that are read here. ``generated_at`` is a day: ``2026-11-28``.
    """
    parts = []
    for snapshot in snapshots:
        head = json.dumps({key: value for key, value in snapshot.items() if key != "rows"}, indent=1)[:-2]
        lines = ",\n".join(f"  {json.dumps(row)}" for row in snapshot["rows"])
        parts.append(f'{head},\n "rows": [\n{lines}\n ]\n}}')
    head = json.dumps({"format_version": FORMAT_VERSION, "generated_at": generated_at}, indent=1)[:-2]
    joined = ",\n".join(parts)
    return f'{head},\n "regions": [\n{joined}\n]}}\n'


def _snapshot(data: object, path: str, problems: list[Problem]) -> RegionSnapshot | None:
    if not isinstance(data, dict):
        problems.append(Problem(path, shown(data), "a mapping is needed", MAKE_ONE))
        return None
    wrong = [
        Problem(f"{path}.{key}", shown(data.get(key)), "a text is needed")
        for key in _TEXTS
        if not isinstance(data.get(key), str) or not data[key]
    ]
    as_of = data.get("prices_as_of")
    if as_of is not None and not isinstance(as_of, str):
        wrong.append(Problem(f"{path}.prices_as_of", shown(as_of), "a day is needed, or null", "2026-11-28"))
    wrong += rows_problems(data, path)
    prices = _unit_prices(data, path, wrong)
    quotas, sources, missing = data.get("quotas") or {}, data.get("sources") or {}, data.get("missing") or []
    if not _is_mapping(quotas, (int, float)):
        wrong.append(Problem(f"{path}.quotas", shown(quotas), "a mapping of code to number is needed", "{}"))
    if not _is_mapping(sources, (str,)):
        wrong.append(Problem(f"{path}.sources", shown(sources), "a mapping of texts is needed", "{}"))
    if not isinstance(missing, list) or not all(isinstance(item, str) for item in missing):
        wrong.append(Problem(f"{path}.missing", shown(missing), "a list of texts is needed", "[]"))
    if wrong:
        problems.extend(wrong)
        return None
    specifications = sources.get("specifications", "a catalogue of its user")
    catalogue = AwsCatalogue(
        region=data["region"],
        types=types_of(data),
        prices_as_of=as_of,
        generated_at=data["generated_at"],
        unit_prices=prices,
        source=f"{specifications}; prices: {sources.get('prices', 'of the same file')}",
    )
    return RegionSnapshot(
        catalogue=catalogue,
        sources=MappingProxyType(dict(sources)),
        quotas=MappingProxyType(dict(quotas)),
        missing=tuple(missing),
    )


def _is_mapping(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, dict) and all(
        isinstance(item, kinds) and not isinstance(item, bool) for item in value.values()
    )


_UNIT_PRICE_KEYS: Final = {"product": (str,), "usd": (int, float), "unit": (str,), "as_of": (str,), "source": (str,)}


def _unit_prices(data: Mapping[str, Any], path: str, problems: list[Problem]) -> PriceList:
    """The prices of what stands beside the nodes; empty where the snapshot has none."""
    given = data.get("unit_prices") or {}
    if not isinstance(given, dict):
        problems.append(Problem(f"{path}.unit_prices", shown(given), "a mapping is needed", "{}"))
        return PriceList()
    prices = {}
    for name, item in given.items():
        where = f"{path}.unit_prices.{name}"
        if not isinstance(item, dict) or set(item) != set(_UNIT_PRICE_KEYS):
            problems.append(Problem(where, shown(item), f"needs the keys {', '.join(_UNIT_PRICE_KEYS)}"))
            continue
        bad = [key for key, kinds in _UNIT_PRICE_KEYS.items() if type(item[key]) not in kinds]
        if not bad and not 0 <= item["usd"] < 1e9:
            bad = ["usd"]
        problems.extend(
            Problem(f"{where}.{key}", shown(item[key]), "is no price" if key == "usd" else "a text is needed")
            for key in bad
        )
        if not bad:
            prices[name] = UnitPrice(**item)
    region = data.get("region")
    return PriceList(region=region if isinstance(region, str) else None, prices=MappingProxyType(prices))
