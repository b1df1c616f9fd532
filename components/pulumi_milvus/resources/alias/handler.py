"""Check, diff, create, read, update and delete of `milvus:index:Alias`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from pulumi_milvus.collection_schema.spec import resource_id, split_id
from pulumi_milvus.planning.milvus_limits import MAX_NAME_LENGTH, NAME
from pulumi_milvus.resources.connection import Connected
from pulumi_milvus.resources.differences import differences
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import WAIT_TO_READ_SECONDS, Changes, Checked, Found, Scene
from pulumi_milvus.resources.problems import PropertyProblem, from_validation
from pulumi_milvus.resources.wire import Plain, has_unknown

_IDENTITY = frozenset({"alias", "database"})


class AliasSpec(BaseModel):
    """A second name for a collection."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    alias: str = Field(description="The name that clients use instead of the collection's own")
    collection: str = Field(description="The collection that answers to it; changing this switches at once")
    database: str = Field(default="default", description="The database that holds both; it must exist")
    endpoint: str | None = Field(default=None, description="The Milvus that holds it; filled in by the provider")


class AliasHandler:
    """Aliases hold no rows, so they are switched, moved and deleted freely."""

    def __init__(self) -> None:
        self._made: set[tuple[str, str]] = set()

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Fill in the alias's name from the resource's; refuse names that Milvus would."""
        inputs = scene.placed(old, new, name_key="alias")
        if has_unknown(inputs):
            return Checked(inputs)
        try:
            spec = AliasSpec.model_validate(inputs)
        except ValidationError as error:
            return Checked(inputs, from_validation(error, AliasSpec))
        problems = []
        for key, name in (("alias", spec.alias), ("collection", spec.collection)):
            if not NAME.fullmatch(name) or len(name) > MAX_NAME_LENGTH:
                problems.append(
                    PropertyProblem(key, f"{name[:80]!r} is no name for Milvus: letters, digits and underscores only")
                )
        if spec.alias == spec.collection:
            problems.append(
                PropertyProblem("alias", f"{spec.alias} is the collection's own name already; drop the alias")
            )
        return Checked(spec.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True), problems)

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """Another collection is a switch; another name or database is another alias."""
        found = differences(_full(old_state), _full(new_inputs))
        moved = any(difference.path in _IDENTITY for difference in found)
        return Changes(found, _IDENTITY, delete_first=not moved)

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Create it. Raises ResourceError where the name leads elsewhere already."""
        if preview:
            return "", _full(inputs)
        spec = AliasSpec.model_validate(inputs)
        with scene.connect(spec.database) as connected, connected.alias_changes:
            target = _target(connected, spec.alias)
            if target is None:
                if connected.client.has_collection(spec.alias):
                    raise ResourceError(f"{spec.alias} is a collection already; choose another name for the alias")
                _refuse_alias_of_alias(connected, spec)
                connected.client.create_alias(spec.collection, spec.alias)
            elif target != spec.collection:
                raise ResourceError(
                    f"the alias {spec.alias} exists already and leads to {target}. To manage it from here: pulumi "
                    f"import milvus:index:Alias {scene.name} {resource_id(spec.database, spec.alias)}; otherwise "
                    "choose another name"
                )
        identifier = resource_id(spec.database, spec.alias)
        self._made.add((scene.urn, identifier))
        return identifier, _full(inputs)

    def read(self, scene: Scene, identifier: str, known: Plain) -> Found | None:
        """The live alias and where it leads."""
        database, alias = split_id(identifier)
        if scene.lite_file_is_gone():
            return None
        with scene.connect(database, WAIT_TO_READ_SECONDS) as connected:
            target = _target(connected, alias)
        if target is None:
            return None
        found = AliasSpec(alias=alias, collection=target, database=database, endpoint=scene.known_endpoint().uri)
        return Found(
            identifier,
            found.model_dump(by_alias=True, exclude_none=True),
            found.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True),
        )

    def update(self, scene: Scene, old_state: Plain, inputs: Plain, *, preview: bool) -> Plain:
        """Point it at another collection, in one step that searches do not notice."""
        if preview:
            return _full(inputs)
        spec = AliasSpec.model_validate(inputs)
        with scene.connect(spec.database) as connected, connected.alias_changes:
            _refuse_alias_of_alias(connected, spec)
            if _target(connected, spec.alias) is None:
                connected.client.create_alias(spec.collection, spec.alias)
            else:
                connected.client.alter_alias(spec.collection, spec.alias)
        return _full(inputs)

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """Drop it; the collection stays."""
        if (scene.urn, identifier) in self._made:
            return  # `--replace` creates before it deletes, and the new one has the name of the old one
        database, alias = split_id(identifier)
        if scene.lite_file_is_gone():
            return
        with scene.connect(database, WAIT_TO_READ_SECONDS) as connected, connected.alias_changes:
            if _target(connected, alias) is not None:
                connected.client.drop_alias(alias)


def _refuse_alias_of_alias(connected: Connected, spec: AliasSpec) -> None:
    # Milvus follows the second alias once and forgets it; later switches of that one would not be followed.
    target = _target(connected, spec.collection)
    if target is not None:
        raise ResourceError(f"{spec.collection} is an alias itself, of {target}; write collection: {target}")


def _full(values: Plain) -> Plain:
    if has_unknown(values):
        return {"database": "default"} | values
    known = {key: value for key, value in values.items() if key in ("alias", "collection", "database", "endpoint")}
    try:
        return AliasSpec.model_validate(known).model_dump(by_alias=True, exclude_none=True)
    except ValidationError:
        return known


def _target(connected: Connected, alias: str) -> str | None:
    """The collection an alias leads to, or None; listed first, since asking for a missing one is an error."""
    if alias not in connected.client.list_aliases().get("aliases", []):
        return None
    return str(connected.client.describe_alias(alias)["collection_name"])
