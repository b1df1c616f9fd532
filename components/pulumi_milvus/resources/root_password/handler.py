"""Check, diff, create, read, update and delete of `milvus:index:RootPassword`."""

from __future__ import annotations

from pydantic import ValidationError

from pulumi_milvus.resources.differences import differences
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import NO_MILVUS, Changes, Checked, Found, Scene
from pulumi_milvus.resources.problems import PropertyProblem, from_validation
from pulumi_milvus.resources.root_password.derive import new_seed, password
from pulumi_milvus.resources.root_password.server import USER, give
from pulumi_milvus.resources.root_password.spec import OUTPUTS, SECRET_OUTPUTS, RootPasswordSpec
from pulumi_milvus.resources.wire import UNKNOWN, Plain, has_unknown

__all__ = ["SECRET_OUTPUTS", "RootPasswordHandler"]

_BETWEEN = 8
"""How many rotations between the state's and the wanted one are tried: a few killed runs, each asked for the next."""


class RootPasswordHandler:
    """A password per rotation, all from one seed, so that no run needs to remember what a killed one did."""

    def check(self, scene: Scene, old: Plain, new: Plain) -> Checked:
        """Judge the rotation, which only goes up."""
        inputs = _inputs(new)
        if has_unknown(inputs):
            return Checked(inputs)
        try:
            spec = RootPasswordSpec.model_validate(inputs)
        except ValidationError as error:
            return Checked(inputs, from_validation(error, RootPasswordSpec))
        problems = [
            PropertyProblem(key, "it is made here and cannot be given; leave it out") for key in OUTPUTS if key in new
        ]
        before = old.get("rotation", 1) if old else 1
        if isinstance(before, int) and spec.rotation < before:
            problems.append(
                PropertyProblem(
                    "rotation",
                    f"{spec.rotation}: it was {before} already, and an old password does not come back; write {before} "
                    f"to keep the password, {before + 1} for a new one",
                )
            )
        return Checked({"rotation": spec.rotation}, problems)

    def diff(self, old_state: Plain, new_inputs: Plain) -> Changes:
        """Whether the rotation differs."""
        return Changes(differences(_inputs(old_state), _inputs(new_inputs)))

    def create(self, scene: Scene, inputs: Plain, *, preview: bool) -> tuple[str, Plain]:
        """Draw a seed. No server is asked: this password is what a new Milvus starts with."""
        if preview:
            return "", _inputs(inputs) | dict.fromkeys(OUTPUTS, UNKNOWN)
        return scene.name, _state(new_seed(), int(inputs["rotation"]))

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
        after = int(inputs["rotation"])
        if not preview:
            if scene.endpoint is None:
                raise ResourceError(f"the password cannot be changed: {NO_MILVUS}")
            between = range(after - 1, max(before, after - 1 - _BETWEEN), -1)
            give(scene, password(seed, after), [password(seed, rotation) for rotation in (before, *between)])
        return _state(seed, after)

    def delete(self, scene: Scene, identifier: str, state: Plain) -> None:
        """Forget it; Milvus keeps the password."""


def _inputs(values: Plain) -> Plain:
    return {key: value for key, value in values.items() if key not in OUTPUTS}


def _state(seed: str, rotation: int) -> Plain:
    made = password(seed, rotation)
    return {"rotation": rotation, "seed": seed, "password": made, "token": f"{USER}:{made}"}
