"""The images of an object that has a pod template, whatever else a file has in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def container_images(item: Mapping[str, Any]) -> list[str]:
    """The images of the containers of a Deployment, StatefulSet and their like; empty where there are none."""
    found: Any = item
    for key in ("spec", "template", "spec", "containers"):
        found = found.get(key) if isinstance(found, Mapping) else None
    containers = found if isinstance(found, (list, tuple)) else ()
    images = [container.get("image") for container in containers if isinstance(container, Mapping)]
    return [image for image in images if isinstance(image, str) and image]
