"""One look of the operator at one resource: defaults, status Pending, then objects, then the status anew."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from . import dependencies
from .api import Api, ApiError
from .components import KEYS, Workload, common_labels, is_cluster, workloads
from .defaults import FINALIZER, has_finalizer, metadata_with_defaults, put_kafka_checksum, with_defaults
from .documents import Document, drop_at, section, value_at
from .manifests import bad_global_volume
from .objects import load_balancer_address, reconcile_config_maps, reconcile_others, unchanged
from .one_look import OneLook
from .status import DELETING, first_status, is_true, status_of
from .surroundings import Surroundings, name_of, secret_values
from .turns import offline_components
from .typed import typed_spec
from .volume_claim import goes_with_the_resource
from .volumes import BadVolumeError
from .waits import Waits
from .workload_control import LookAgainError, WorkloadControl

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reconciler:
    """What all looks share: the API server, the pace, the endpoints that a test declares dead, and the time."""

    api: Api
    waits: Waits
    unreachable_endpoints: Callable[[], frozenset[str]]
    time_text: Callable[[], str]

    def one_look(self) -> Reconciler:
        """The same, for one look."""
        return replace(self, api=OneLook(self.api))

    def reconcile(self, namespace: str, name: str) -> float | None:
        """Look once; the seconds until the next look, or None where an event or the resync will do.

        Raises:
            ApiError: a conflict, or an object that the API server refuses.
        """
        resource = self.api.get("Milvus", namespace, name)
        if resource is None:
            return None
        if value_at(resource, "metadata", "deletionTimestamp"):
            return self._finalize(resource)
        if not has_finalizer(resource["metadata"]):
            resource["metadata"].setdefault("finalizers", []).append(FINALIZER)
            resource["spec"] = typed_spec(section(resource, "spec"))
            resource = self.api.update(resource)
        if reason := bad_global_volume(section(resource, "spec")):
            raise ApiError(422, reason)
        resource = self._defaulted(resource)
        if not value_at(resource, "status", "status"):
            resource["status"] = {**section(resource, "status"), **first_status(resource["spec"])}
            resource = self.api.update_status(resource)
        try:
            self._make(resource)
        except LookAgainError as again:
            return again.seconds
        self.renew_status(resource, probe=False)
        return None

    def renew_status(self, resource: Document, *, probe: bool) -> None:
        """Write the status anew where it changed.

        Args:
            resource: As it was just read.
            probe: Whether to ask the dependencies, which only the status loop does.
        """
        resource = self._with_defaults(resource)
        metadata = resource["metadata"]
        surroundings = self._surroundings(resource)
        pods = self.api.list("Pod", metadata["namespace"], common_labels(metadata["name"]))
        spec = resource["spec"]
        status = status_of(
            resource,
            {each: self._control(resource, each, surroundings).current() for each in workloads(spec)},
            probed=dependencies.dependency_conditions(spec, surroundings) if probe else None,
            terminating=any(value_at(pod, "metadata", "deletionTimestamp") for pod in pods),
            load_balancer=load_balancer_address(self.api, resource),
            pods_left=bool(pods),
            now=self.time_text(),
        )
        if not unchanged(section(resource, "status"), status):
            self.api.update_status({**resource, "status": status})

    def _defaulted(self, resource: Document) -> Document:
        wished = self._with_defaults(resource)
        put_kafka_checksum(wished["metadata"], wished["spec"], self._surroundings(wished))
        if unchanged(resource["spec"], wished["spec"]) and unchanged(resource["metadata"], wished["metadata"]):
            return wished
        return {**wished, "metadata": self.api.update(wished)["metadata"]}

    def _with_defaults(self, resource: Mapping[str, object]) -> Document:
        wished = with_defaults(resource)
        first_time = not value_at(resource, "status", "status")
        wished["metadata"] = metadata_with_defaults(wished["metadata"], first_time=first_time)
        return wished

    def _make(self, resource: Document) -> None:
        """Objects, all that can be made; errors come together at the end."""
        if charts := dependencies.in_cluster(resource["spec"]):
            raise ApiError(
                501, f"{' and '.join(charts)} would be installed as Helm charts, which this stand-in has not"
            )
        if not dependencies.all_ready(value_at(resource, "status", "conditions") or []):
            return
        surroundings = self._surroundings(resource)
        reconcile_config_maps(self.api, resource, surroundings)
        errors = reconcile_others(self.api, resource)
        again: list[float | None] = []
        for workload in workloads(resource["spec"]):
            try:
                self._control(resource, workload, surroundings).reconcile()
            except LookAgainError as wish:
                again.append(wish.seconds)
            except BadVolumeError as error:
                errors.append(f"{workload.display_name}: {error}")
            except ApiError as error:
                if error.is_conflict:
                    raise
                errors.append(f"{workload.display_name}: {error}")
        if again:
            # The resource's own change comes back as an event; only waits have a time.
            seconds = [each for each in again if each is not None]
            raise LookAgainError(min(seconds) if seconds else None)
        if errors:
            raise ApiError(422, "; ".join(errors))
        self._clean_up(resource)

    def _clean_up(self, resource: Document) -> None:
        """Take away roles that have no place any more. Recorded: standalone-cdc, cluster-indexnode-30."""
        metadata, spec = resource["metadata"], resource["spec"]
        gone = [name for name in offline_components(resource) if value_at(spec, "components", KEYS[name]) is not None]
        for name in gone:
            self._delete_deployment(resource, Workload(name))
        if gone:
            fewer = copy.deepcopy(resource)
            for name in gone:
                drop_at(fewer, "spec", "components", KEYS[name])
            self.api.update(fewer)
            raise LookAgainError
        if not is_cluster(spec):
            standalone = self._control(resource, Workload("standalone"), self._surroundings(resource)).current()
            if standalone is not None and is_true(section(standalone, "status"), "Available"):
                for each in self.api.list("Deployment", metadata["namespace"], common_labels(metadata["name"])):
                    if value_at(each, "metadata", "labels", "app.kubernetes.io/component") != "standalone":
                        self.api.delete("Deployment", metadata["namespace"], each["metadata"]["name"])

    def _delete_deployment(self, resource: Document, workload: Workload) -> None:
        metadata = resource["metadata"]
        self.api.delete("Deployment", metadata["namespace"], workload.deployment_name(metadata["name"]))

    def _finalize(self, resource: Document) -> float | None:
        """Let go of the resource once its pods are gone. Recorded: afterDelete of every case."""
        metadata = resource["metadata"]
        namespace, name = metadata["namespace"], metadata["name"]
        if value_at(resource, "status", "status") != DELETING:
            resource["status"] = {**section(resource, "status"), "status": DELETING}
            resource = self.api.update_status(resource)
        if self.api.list("Pod", namespace, common_labels(name)):
            if "foregroundDeletion" not in (metadata.get("finalizers") or []):
                # Pods go before the resource does.
                self.api.delete("Milvus", namespace, name, propagation="Foreground")
            return self.waits.status_seconds
        if has_finalizer(resource["metadata"]):
            if goes_with_the_resource(with_defaults(resource)["spec"]):
                self.api.delete("PersistentVolumeClaim", namespace, f"{name}-data")
            resource["metadata"]["finalizers"].remove(FINALIZER)
            self.api.update(resource)
        return None

    def _control(self, resource: Document, workload: Workload, surroundings: Surroundings) -> WorkloadControl:
        return WorkloadControl(self.api, resource, workload, surroundings, self.waits)

    def _surroundings(self, resource: Mapping[str, Document]) -> Surroundings:
        namespace = resource["metadata"]["namespace"]
        secrets = self.api.list("Secret", namespace)
        services = self.api.list("Service", namespace)
        return Surroundings(
            namespace=namespace,
            secrets={name_of(each): secret_values(each) or {} for each in secrets},
            services=frozenset(name_of(each) for each in services),
            unreachable_endpoints=self.unreachable_endpoints(),
        )
