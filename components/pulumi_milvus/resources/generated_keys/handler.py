"""Check, diff, create, read, update and delete of `milvus:index:GeneratedKeys`."""

from __future__ import annotations

from pydantic import ValidationError

from pulumi_milvus.resources.differences import differences
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.generated_keys.derive import access_key, new_seed, secret_key
from pulumi_milvus.resources.generated_keys.spec import OUTPUTS, SECRET_OUTPUTS, GeneratedKeysSpec
from pulumi_milvus.resources.handler import Changes, Checked, Found, Scene
from pulumi_milvus.resources.problems import PropertyProblem, from_validation
from pulumi_milvus.resources.wire import UNKNOWN, Plain, has_unknown

__all__ = ["SECRET_OUTPUTS", "GeneratedKeysHandler"]


class GeneratedKeysHandler:
    """A pair per rotation, all from one seed. No server is asked, so that a new one can start with them."""

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Judge the rotation, which only goes up."""
        inputs = _inputs(new)
        if has_unknown(inputs):
            return Checked(inputs)
        try:
            spec = GeneratedKeysSpec.model_validate(inputs)
        except ValidationError as error:
            return Checked(inputs, from_validation(error, GeneratedKeysSpec))
        problems = [
            PropertyProblem(key, "it is made here and cannot be given; leave it out") for key in OUTPUTS if key in new
        ]
        before = old.get("rotation", 1) if old else 1
        if isinstance(before, int) and spec.rotation < before:
            problems.append(
                PropertyProblem(
                    "rotation",
                    f"{spec.rotation}: it was {before} already, and old keys do not come back; write {before} to keep "
                    f"the keys, {before + 1} for new ones",
                )
            )
        return Checked({"rotation": spec.rotation}, problems)

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """Whether the rotation differs."""
        return Changes(differences(_inputs(old_state), _inputs(new_inputs)))

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Draw a seed."""
        if preview:
            return "", _inputs(inputs) | dict.fromkeys(OUTPUTS, UNKNOWN)
        return scene.name, _state(new_seed(), int(inputs["rotation"]))

    def read(self, scene: Scene, identifier: str, known: Plain) -> Found:
        """As it is known. Raises ResourceError for an import: no server tells its keys."""
        if "seed" not in known:
            raise ResourceError(
                "generated keys cannot be imported, since the seed that they come from is nowhere but in the state. "
                "Make a Secret of keys that exist already and name it: object_store: {credentials_secret: NAME}"
            )
        inputs = _inputs(known)
        return Found(identifier, inputs | {key: known[key] for key in OUTPUTS if key in known}, inputs)

    def update(self, scene: Scene, old_state: Plain, inputs: Plain, *, preview: bool) -> Plain:
        """The pair of another rotation, from the same seed."""
        if inputs.get("rotation") is UNKNOWN:
            return inputs | dict.fromkeys(OUTPUTS, UNKNOWN)
        return _state(str(old_state["seed"]), int(inputs["rotation"]))

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """Forget them; what was started with them keeps them."""


def _inputs(values: Plain) -> Plain:
    return {key: value for key, value in values.items() if key not in OUTPUTS}


def _state(seed: str, rotation: int) -> Plain:
    return {
        "rotation": rotation,
        "seed": seed,
        "accessKey": access_key(seed, rotation),
        "secretKey": secret_key(seed, rotation),
    }
