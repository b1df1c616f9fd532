"""Check, diff, create, read, update and delete of `milvus:index:GeneratedKeys`."""

from __future__ import annotations

from pydantic import ValidationError

from pulumi_milvus.resources.differences import differences
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.generated_keys.derive import (
    SHORTEST_ACCESS_KEY,
    SHORTEST_SECRET_KEY,
    access_key,
    is_access_key,
    is_secret_key,
    new_seed,
    secret_key,
)
from pulumi_milvus.resources.generated_keys.spec import OUTPUTS, SECRET_OUTPUTS, GeneratedKeysSpec
from pulumi_milvus.resources.handler import Changes, Checked, Found, Scene
from pulumi_milvus.resources.kept_secret import kept_values
from pulumi_milvus.resources.problems import from_validation
from pulumi_milvus.resources.rotation import rotation_problems
from pulumi_milvus.resources.wire import UNKNOWN, Plain, has_unknown

__all__ = ["SECRET_OUTPUTS", "GeneratedKeysHandler"]

_WANTED = (
    f"`accesskey` of {SHORTEST_ACCESS_KEY} characters or more, `secretkey` of {SHORTEST_SECRET_KEY} or more, as MinIO "
    "takes them"
)


class GeneratedKeysHandler:
    """A pair per rotation, all from one seed but a first that was taken over. A new server can start with them."""

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Judge the rotation, which only goes up."""
        inputs = _inputs(new)
        if has_unknown(inputs):
            return Checked(inputs)
        try:
            spec = GeneratedKeysSpec.model_validate(inputs)
        except ValidationError as error:
            return Checked(inputs, from_validation(error, GeneratedKeysSpec))
        words = ("old keys do not come", "the keys", "new ones")
        problems = list(rotation_problems(spec.rotation, old, new, OUTPUTS, words))
        return Checked(
            spec.model_dump(by_alias=True, exclude_none=True, exclude={"access_key", "secret_key", "seed"}), problems
        )

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """Whether the rotation differs, or the Secret that they were first looked for in."""
        return Changes(differences(_inputs(old_state), _inputs(new_inputs)))

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Take over the pair of the Secret, else draw one.

        Raises ResourceError where the cluster does not say whether there is a Secret.
        """
        if preview:
            return "", _inputs(inputs) | dict.fromkeys(OUTPUTS, UNKNOWN)
        kept = kept_values(
            scene, inputs.get("secret"), {"accesskey": is_access_key, "secretkey": is_secret_key}, _WANTED
        )
        pair = (kept["accesskey"], kept["secretkey"]) if kept else None
        return scene.name, _state(inputs, new_seed(), pair)

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
        same = int(inputs["rotation"]) == int(old_state["rotation"])
        pair = (str(old_state["accessKey"]), str(old_state["secretKey"])) if same else None
        return _state(inputs, str(old_state["seed"]), pair)

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """Forget them; what was started with them keeps them."""


def _inputs(values: Plain) -> Plain:
    return {key: value for key, value in values.items() if key not in OUTPUTS}


def _state(inputs: Plain, seed: str, pair: tuple[str, str] | None) -> Plain:
    """With a pair that is there already, else the one of the rotation."""
    rotation = int(inputs["rotation"])
    access, secret = pair or (access_key(seed, rotation), secret_key(seed, rotation))
    return _inputs(inputs) | {"seed": seed, "accessKey": access, "secretKey": secret}
