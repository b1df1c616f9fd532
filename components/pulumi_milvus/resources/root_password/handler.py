"""Check, diff, create, read, update and delete of `milvus:index:RootPassword`."""

from __future__ import annotations

from pydantic import ValidationError

from pulumi_milvus.resources.differences import differences
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import NO_MILVUS, Changes, Checked, Found, Scene
from pulumi_milvus.resources.kept_secret import kept_values
from pulumi_milvus.resources.problems import from_validation
from pulumi_milvus.resources.root_password.derive import LIMITS, is_password, new_seed, password
from pulumi_milvus.resources.root_password.server import USER, give
from pulumi_milvus.resources.root_password.spec import OUTPUTS, SECRET_OUTPUTS, RootPasswordSpec
from pulumi_milvus.resources.rotation import rotation_problems
from pulumi_milvus.resources.wire import UNKNOWN, Plain, has_unknown

__all__ = ["SECRET_OUTPUTS", "RootPasswordHandler"]

_WANTED = "a password of {} to {} characters under the key `password`".format(*LIMITS)
_BETWEEN = 8
"""How many rotations between the state's and the wanted one are tried: a few killed runs, each asked for the next."""


class RootPasswordHandler:
    """A password per rotation, all from one seed, so that no run needs to remember what a killed one did.

    The first may be one that was taken over: then it stands in the state alone, and the next come from the seed.
    """

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Judge the rotation, which only goes up."""
        inputs = _inputs(new)
        if has_unknown(inputs):
            return Checked(inputs)
        try:
            spec = RootPasswordSpec.model_validate(inputs)
        except ValidationError as error:
            return Checked(inputs, from_validation(error, RootPasswordSpec))
        words = ("an old password does not come", "the password", "a new one")
        problems = list(rotation_problems(spec.rotation, old, new, OUTPUTS, words))
        return Checked(spec.model_dump(by_alias=True, exclude_none=True, exclude=set(OUTPUTS)), problems)

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """Whether the rotation differs, or the Secret that it was first looked for in."""
        return Changes(differences(_inputs(old_state), _inputs(new_inputs)))

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Take over the password of the Secret, else draw one. No Milvus is asked: a new one starts with it.

        Raises ResourceError where the cluster does not say whether there is a Secret.
        """
        if preview:
            return "", _inputs(inputs) | dict.fromkeys(OUTPUTS, UNKNOWN)
        seed = new_seed()
        kept = kept_values(scene, inputs.get("secret"), {"password": is_password}, _WANTED)
        return scene.name, _state(inputs, seed, kept["password"] if kept else password(seed, int(inputs["rotation"])))

    def read(self, scene: Scene, identifier: str, known: Plain) -> Found:
        """As it is known. Raises ResourceError for an import: no server tells a password."""
        if "seed" not in known:
            raise ResourceError(
                "a root password cannot be imported, since Milvus tells nobody what it is; create a RootPassword, and "
                "give root its password with MilvusClient.update_password"
            )
        inputs = _inputs(known)
        return Found(identifier, inputs | {key: known[key] for key in OUTPUTS if key in known}, inputs)

    def update(self, scene: Scene, old_state: Plain, inputs: Plain, *, preview: bool) -> Plain:
        """Give Milvus the new password, then tell it: whoever takes it from here finds it in force."""
        seed, before = str(old_state["seed"]), int(old_state["rotation"])
        if inputs.get("rotation") is UNKNOWN:
            return inputs | dict.fromkeys(OUTPUTS, UNKNOWN)
        after, held = int(inputs["rotation"]), str(old_state["password"])
        if after == before:
            return _state(inputs, seed, held)
        new = password(seed, after)
        if not preview:
            if scene.endpoint is None:
                raise ResourceError(f"the password cannot be changed: {NO_MILVUS}")
            between = range(after - 1, max(before, after - 1 - _BETWEEN), -1)
            give(scene, new, [held, *(password(seed, rotation) for rotation in between)])
        return _state(inputs, seed, new)

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """Forget it; Milvus keeps the password."""


def _inputs(values: Plain) -> Plain:
    return {key: value for key, value in values.items() if key not in OUTPUTS}


def _state(inputs: Plain, seed: str, held: str) -> Plain:
    return _inputs(inputs) | {"seed": seed, "password": held, "token": f"{USER}:{held}"}
