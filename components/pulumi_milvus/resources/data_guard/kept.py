"""What stays behind when an environment is destroyed, and how to remove it for good."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.rules.change_facts import DeploymentFacts

_TOOLS = {
    "s3": "aws s3 rm --recursive s3://{bucket}/{path}/",
    "gcs": "gcloud storage rm --recursive gs://{bucket}/{path}/",
    "azure": "az storage blob delete-batch --source {bucket} --pattern '{path}/*'",
}


def kept_words(facts: DeploymentFacts) -> str:
    """A few lines: each thing that is kept, with the command that removes it."""
    removed = "\n".join(f"  {line}" for line in _kept(facts))
    return (
        f"Milvus {facts.namespace}/{facts.name} goes, and its data stays ({facts.at_stake} declared). An environment "
        "with the same names and paths finds it again, and takes the password of root from the Secret that stays with "
        "it: Milvus keeps that password with its data, so remove the Secret last. To remove it for good, once the rest "
        f"is gone:\n{removed}"
    )


def _kept(facts: DeploymentFacts) -> Iterator[str]:
    store, etcd = facts.object_store, facts.etcd
    namespace = facts.namespace
    if store is None or etcd is None or "in_cluster" in (store.kind, etcd.kind):
        yield (
            "volume claims (policy Retain): kubectl delete persistentvolumeclaims --namespace "
            f"{namespace} --selector app.kubernetes.io/instance={facts.name}"
        )
    if store is not None and store.kind in _TOOLS:
        path = store.root_path or facts.own_root_path
        command = _TOOLS[store.kind].format(bucket=store.bucket, path=path)
        yield f"files under {path} in bucket {store.bucket}: {command}"
    if etcd is not None and etcd.kind == "external":
        path, members = etcd.root_path or facts.own_root_path, ",".join(etcd.endpoints)
        yield f"metadata under {path} in etcd: etcdctl --endpoints={members} del --prefix {path}/"
    yield (
        f"passwords in Secrets: kubectl delete secrets --namespace {namespace} --selector "
        f"app.kubernetes.io/instance={facts.name},app.kubernetes.io/component=credentials"
    )
    yield f"namespace {namespace}, with everything that is still in it: kubectl delete namespace {namespace}"
