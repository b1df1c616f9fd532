"""Gives a new password to Milvus, and finds out how far an earlier run came."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from pulumi_milvus.resources.connection import WAIT_FOR_SERVER_SECONDS, Connected, connect
from pulumi_milvus.resources.errors import AccessRefusedError, ResourceError, without_token
from pulumi_milvus.resources.handler import Scene

USER = "root"


def give(scene: Scene, new: str, former: Sequence[str]) -> None:
    """Make `new` the password of root. `former` are passwords it may still have, the likeliest first.

    The new one is tried first: a run that was killed after the server had taken it left the state behind. Raises
    ResourceError where Milvus cannot be reached, takes no password of ours, or takes any.
    """
    secret = [new, *former]
    if _opens(scene, new, secret):
        _refuse_without_authorization(scene, secret)
        scene.log("info", "Milvus has this password already: an earlier run was cut off after giving it")
        return
    for old in former:
        if not _opens(scene, old, secret):
            continue
        with _connected(scene, old) as connected:
            connected.client.update_password(USER, old, new)
        if not _opens(scene, new, secret):
            raise ResourceError(
                f"Milvus at {scene.known_endpoint()} said that the password of root was changed, and refuses the new "
                "one. Run `pulumi up` again; if that does not help, look at Milvus's log"
            )
        return
    raise ResourceError(_no_password_works(scene, len(former)))


def _connected(scene: Scene, password: str) -> AbstractContextManager[Connected]:
    endpoint = replace(scene.known_endpoint(), token=f"{USER}:{password}")
    patience = WAIT_FOR_SERVER_SECONDS if scene.wait_seconds is None else scene.wait_seconds
    patience = min(patience, scene.timeout_seconds)
    return connect(endpoint, "default", scene.lite_files, patience, scene.report, scene.forwards)


def _opens(scene: Scene, password: str, secret: Sequence[str]) -> bool:
    """Whether Milvus takes a password. Raises ResourceError where it gives no answer at all."""
    try:
        with _connected(scene, password):
            return True
    except AccessRefusedError:
        return False
    except ResourceError as error:
        words = str(error)
        for known in secret:
            words = without_token(words, f"{USER}:{known}")
        raise ResourceError(f"the password of root was not changed: {words}") from None


def _refuse_without_authorization(scene: Scene, secret: Sequence[str]) -> None:
    if _opens(scene, secrets.token_hex(16), secret):
        raise ResourceError(
            f"Milvus at {scene.known_endpoint()} takes any password, so its authorization is off and nothing can be "
            "rotated; set common.security.authorizationEnabled: true in its configuration, or leave rotation as it was"
        )


def _no_password_works(scene: Scene, former: int) -> str:
    others = "the one in the state" if former == 1 else f"any of the {former} before it"
    return (
        f"Milvus at {scene.known_endpoint()} refuses root both the new password, so no earlier run has given it, and "
        f"{others}, so somebody else has changed it. If you know it, give root the one of the state again (`pulumi "
        "stack output --show-secrets`, or the Secret that holds it; MilvusClient.update_password), then run `pulumi "
        "up`. If nobody knows it, delete the key of root's credential in etcd (<rootPath>/meta/root-coord/credential/"
        "users/root) and restart Milvus, which makes it anew from common.security.defaultRootPassword"
    )
