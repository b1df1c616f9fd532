"""The company's conventions, for any program."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

Transform = Callable[[pulumi.ResourceTransformArgs], pulumi.ResourceTransformResult | None]


def labelled(labels: Mapping[str, str]) -> Transform:
    """A transform that puts labels on every Kubernetes object; those that the object has of itself win."""

    def transform(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if not args.type_.startswith("kubernetes:") or "metadata" not in args.props:
            return None
        metadata: dict[str, Any] = {**args.props["metadata"]}
        metadata["labels"] = {**labels, **(metadata.get("labels") or {})}
        return pulumi.ResourceTransformResult(props={**args.props, "metadata": metadata}, opts=args.opts)

    return transform
