"""Every Milvus resource that our components generate, played through the stand-in operator: it settles and stays."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator

from tests.standins.operator.documents import Document, section, value_at
from tests.standins.operator.manifests import settled
from tests.standins.operator.scene import NAMESPACE, Scene
from tests.standins.operator.surroundings import Surroundings

from manifest_cases import GOLDEN, VARIANTS, made_variant, real_plan, settings_of
from pulumi_milvus.manifests.deployment import deployment_manifests


@functools.cache
def generated() -> dict[str, Document]:
    """The Milvus resource of every case that has one."""
    made = {case: deployment_manifests(real_plan(stack), settings_of(said)) for case, (stack, said) in GOLDEN.items()}
    made |= {case: made_variant(case)[0] for case in VARIANTS}
    found: dict[str, Document] = {}
    for case, manifests in made.items():
        for manifest in manifests:
            if manifest.body["kind"] == "Milvus":
                # As it goes over the wire.
                found[case] = json.loads(json.dumps(manifest.body))
    return found


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every plain value with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{place}]")
    else:
        yield path, value


def secrets_of(resource: Document) -> set[str]:
    """The Secrets that its dependencies name."""
    named = (value_at(resource, "spec", "dependencies", name, "secretRef") for name in ("storage", "kafka"))
    return {str(name) for name in named if name}


def test_there_are_clusters_and_standalones() -> None:
    assert {each["spec"]["mode"] for each in generated().values()} == {"cluster", "standalone"}


def test_a_generated_resource_settles_and_keeps_what_it_declares() -> None:
    for case, resource in generated().items():
        judge(case, resource)


def judge(case: str, resource: Document) -> None:
    scene = Scene()
    for name in secrets_of(resource) - {"s3-cred"}:
        values = {"accesskey": "a", "secretkey": "s", "username": "u", "password": "p"}
        scene.add({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": values})
    scene.add(resource)
    slots: set[str] = set()
    for _ in range(100):
        scene.tick(2)
        stored = scene.api.stored("Milvus", NAMESPACE, resource["metadata"]["name"])
        annotations = section(stored, "metadata", "annotations")
        slots |= {value for key, value in annotations.items() if key.endswith("-current-group-id")}
    assert value_at(stored, "status", "status") == "Healthy", case
    # A second slot would be an endless roll: a template that the API server completes.
    assert slots <= {"0"}, case
    kept = dict(leaves(stored["spec"]))
    changed = {path: kept.get(path) for path, value in leaves(resource["spec"]) if kept.get(path) != value}
    assert changed == {}, case


def test_nothing_of_a_generated_resource_is_unknown_or_refused() -> None:
    for case, resource in generated().items():
        answer = settled(resource, Surroundings(secrets=dict.fromkeys(secrets_of(resource))))
        assert (answer.refused, answer.unsupported, answer.errors) == (None, None, []), case
