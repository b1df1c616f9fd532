"""What preflight asks and moto lacks, added to it in this process: vCPU quotas, EKS's versions, a bucket's owner.

Shapes are those of botocore's models. What an account was granted is ``grant``'s; moto's reset does not take it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.eks import urls
from moto.eks.responses import EKSResponse
from moto.s3.responses import S3Response
from moto.servicequotas.responses import ServiceQuotasResponse
from moto.sts.responses import TokenResponse as STSResponse

_original_head = S3Response.head_bucket
_original_defaults = ServiceQuotasResponse.list_aws_default_service_quotas
STANDARD, GPUS = "L-1216C47A", "L-DB2E81BA"
# An account of some age: enough for every shipped environment.
_GRANTED: Final = {STANDARD: 20_000.0, GPUS: 2_000.0}
_granted = dict(_GRANTED)
# What AWS says of a new account (Service Quotas, ec2): five vCPUs of standard instances, none of GPUs.
_DEFAULTS: Final = {STANDARD: 5.0, GPUS: 0.0}
_VERSIONS: Final = {
    "1.35": "STANDARD_SUPPORT",
    "1.34": "STANDARD_SUPPORT",
    "1.33": "STANDARD_SUPPORT",
    "1.31": "EXTENDED_SUPPORT",
    "1.27": "UNSUPPORTED",
}

_EXPIRED: Final = (
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
    "<Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error>"
    "</ErrorResponse>"
)


@contextmanager
def grant(code: str, vcpus: float) -> Iterator[None]:
    """The account's own quota of a class of instances, while the context lasts."""
    with mock.patch.dict(_granted, {code: vcpus}):
        yield


@contextmanager
def expired_credentials() -> Iterator[None]:
    """STS says that these credentials are expired, while the context lasts."""

    def refuse(_self: Any) -> Any:
        return 403, {"status": 403}, _EXPIRED

    with mock.patch.object(STSResponse, "get_caller_identity", refuse):
        yield


@contextmanager
def no_capacity(pool: str, message: str) -> Iterator[None]:
    """EKS makes no node of a pool, while the context lasts: its node group is CREATE_FAILED, with EC2's words.

    The shape is that of EKS's API (botocore 1.44, NodegroupHealth).
    """
    original = EKSResponse.create_nodegroup

    def create(self: Any) -> Any:
        answer = original(self)
        group = self.eks_backend.clusters[self._get_param("name")].nodegroups[self._get_param("nodegroupName")]
        if group.labels.get("milvus.io/node-pool") == pool:
            group.status = "CREATE_FAILED"
            issue = {"code": "AsgInstanceLaunchFailures", "message": message, "resourceIds": ["eks-milvus"]}
            group.health = {"issues": [issue]}
        return answer

    with mock.patch.object(EKSResponse, "create_nodegroup", create):
        yield


@contextmanager
def no_right_to_quotas() -> Iterator[None]:
    """These credentials may not list quotas, while the context lasts."""
    with mock.patch.dict(_granted, clear=True):
        yield


def _quotas(values: dict[str, float]) -> str:
    told = [{"ServiceCode": "ec2", "QuotaCode": code, "Value": value, "Unit": "None"} for code, value in values.items()]
    return json.dumps({"Quotas": told})


def _list_defaults(self: Any) -> str:
    if json.loads(self.body).get("ServiceCode") == "ec2":
        return _quotas(_DEFAULTS)
    return _original_defaults(self)


def _list_quotas(self: Any) -> str:
    if not _granted:
        raise JsonRESTError("AccessDeniedException", "User is not authorized: servicequotas:ListServiceQuotas")
    return _quotas(_granted if json.loads(self.body).get("ServiceCode") == "ec2" else {})


def _describe_cluster_versions(_self: Any) -> ActionResult:
    told = [{"clusterVersion": version, "versionStatus": status} for version, status in _VERSIONS.items()]
    return ActionResult({"clusterVersions": told})


def _head_bucket(self: Any) -> Any:
    """HeadBucket holds a bucket to the owner that is expected: 403 for another's (S3 API reference, HeadBucket)."""
    answer = _original_head(self)
    expected = self.headers.get("x-amz-expected-bucket-owner")
    if isinstance(answer, tuple) and answer[0] == 200 and expected:
        owner = self.backend.get_bucket(self.bucket_name).account_id
        if owner != expected:
            return 403, {}, ""
    return answer


def add_to_moto() -> None:
    """Put the operations in their places. Call before a server starts; twice does no harm."""
    ServiceQuotasResponse.list_aws_default_service_quotas = _list_defaults  # type: ignore[method-assign]
    setattr(ServiceQuotasResponse, "list_service_quotas", _list_quotas)  # noqa: B010
    setattr(EKSResponse, "describe_cluster_versions", _describe_cluster_versions)  # noqa: B010
    S3Response.head_bucket = _head_bucket  # type: ignore[method-assign]
    urls.url_paths["{0}/cluster-versions$"] = urls.response.dispatch
