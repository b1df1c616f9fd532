"""Every trap of Milvus and its operator that is known, by name; see ``manifest_trap`` for what a trap is."""

from __future__ import annotations

from typing import Final

from manifest_trap import (
    OPERATORS_VOLUMES,
    PROBE_FIELDS,
    Trap,
    add_to_first,
    at,
    components,
    drop,
    field_refs,
    first_component,
    gpus,
    identity_or_keys,
    local_disk,
    lose_gpu,
    lose_local_disk,
    mounts,
    names_of_env,
    put,
    spelt_out,
    volumes,
)

_STANDALONE_BESIDE: Final = (("spec.components.standalone.replicas", 1), ("spec.mode", "cluster"))
_RECORDED: Final = "recorded: Milvus Operator a6dcc63"

TRAPS: Final[dict[str, Trap]] = {
    "image-left-out": Trap(
        "the operator's own default image is an old Milvus",
        f"{_RECORDED}, standalone-no-image",
        lambda resource, plan: f":v{plan.milvus_version}" in (at(resource, "spec.components.image") or ""),
        drop("spec.components.image"),
    ),
    "version-from-tag": Trap(
        "a tag that is no version, a digest too, makes an old cluster without streaming nodes",
        f"{_RECORDED}, cluster-latest-tag, cluster-digest-image",
        lambda resource, plan: at(resource, "spec.components.version") == plan.milvus_version,
        drop("spec.components.version"),
    ),
    "mode-left-out": Trap(
        "a resource without mode is a standalone",
        f"{_RECORDED}, standalone-mode-omitted",
        lambda resource, plan: (
            at(resource, "spec.mode") == ("standalone" if plan.topology == "standalone" else "cluster")
        ),
        drop("spec.mode"),
    ),
    "pulsar-by-default": Trap(
        "a cluster without msgStreamType brings a whole Pulsar",
        f"{_RECORDED}, cluster-default-dependencies",
        lambda resource, _plan: at(resource, "spec.dependencies.msgStreamType") is not None,
        drop("spec.dependencies.msgStreamType"),
    ),
    "rocksmq-on-a-cluster": Trap(
        "rocksmq on a cluster is taken, and loses what other pods do not see",
        f"{_RECORDED}, cluster-rocksmq",
        lambda resource, _plan: at(resource, "spec.dependencies.msgStreamType") in ("woodpecker", "pulsar", "kafka"),
        put("spec.dependencies.msgStreamType", "rocksmq"),
    ),
    "charts-for-dependencies": Trap(
        "etcd, store or queue in the operator's own charts, whose defaults are open and large",
        "milvus-helm 5.0.19, values.yaml",
        lambda resource, _plan: "inCluster" not in str(at(resource, "spec.dependencies")),
        put("spec.dependencies.etcd", {"inCluster": {"values": {"replicaCount": 1}}}),
    ),
    "etcd-without-endpoints": Trap(
        "the operator stops probing for every Milvus of the cluster",
        f"{_RECORDED}, wrong-etcd-no-endpoints",
        lambda resource, _plan: bool(at(resource, "spec.dependencies.etcd.endpoints")),
        put("spec.dependencies.etcd", {"external": True}),
    ),
    "config-change-without-restart": Trap(
        "a change of config rewrites the ConfigMap, and pods keep the old one",
        f"{_RECORDED}, config-change",
        lambda resource, _plan: at(resource, "spec.components.updateConfigMapOnly") is False,
        drop("spec.components.updateConfigMapOnly"),
    ),
    "rolling-mode-3": Trap(
        "with rollingMode 3 the status never says that Milvus is updated",
        f"{_RECORDED}, image-26-to-30-mode3",
        lambda resource, _plan: at(resource, "spec.components.rollingMode") == 2,
        put("spec.components.rollingMode", 3),
    ),
    "all-images-at-once": Trap(
        "modes all, force and manual replace every pod at once",
        f"{_RECORDED}, cluster-force, cluster-manual, image-26-to-30-norolling",
        lambda resource, _plan: (
            at(resource, "spec.components.imageUpdateMode") == "rollingUpgrade"
            and at(resource, "spec.components.enableRollingUpdate") is True
            and not at(resource, "spec.components.enableManualMode")
        ),
        put("spec.components.imageUpdateMode", "force"),
    ),
    "image-of-one-component": Trap(
        "with an image of its own in a component, the status never says that Milvus is updated",
        f"{_RECORDED}, cluster-component-image",
        lambda resource, _plan: not any("image" in component for _, component in components(resource)),
        lambda resource: first_component(resource).update(image="milvusdb/milvus:v2.6.24"),
    ),
    "old-components": Trap(
        "index nodes and the four old coordinators are deleted from the stored resource, again and again",
        f"{_RECORDED}, cluster-indexnode-26, cluster-legacy-coords",
        lambda resource, _plan: (
            not {"indexNode", "rootCoord", "queryCoord", "dataCoord", "indexCoord"}
            & at(resource, "spec.components").keys()
        ),
        put("spec.components.indexNode", {"replicas": 0}),
    ),
    "cdc-on-a-standalone": Trap(
        "it is made and deleted in turns",
        f"{_RECORDED}, standalone-cdc",
        lambda resource, _plan: "cdc" not in at(resource, "spec.components"),
        put("spec.components.cdc", {"replicas": 1}),
    ),
    "standalone-beside-a-cluster": Trap(
        "its pod stands behind the Service of the cluster",
        f"{_RECORDED}, cluster-standalone-named",
        lambda resource, _plan: (
            at(resource, "spec.mode") == "standalone" or at(resource, "spec.components.standalone.replicas") == 0
        ),
        lambda resource: [put(*change)(resource) for change in _STANDALONE_BESIDE],
    ),
    "no-pods-at-all": Trap(
        "with no replicas from the start not even the ConfigMap is made",
        f"{_RECORDED}, cluster-stopped",
        lambda resource, _plan: any(component["replicas"] for _, component in components(resource)),
        lambda resource: [component.update(replicas=0) for _, component in components(resource)],
    ),
    "bucket-of-another-name": Trap(
        "the readiness probe looks for milvus-bucket where no bucketName is said",
        f"{_RECORDED}, standalone-no-bucket",
        lambda resource, _plan: at(resource, "spec.config.minio.bucketName") is not None,
        drop("spec.config.minio.bucketName"),
    ),
    "config-that-is-dropped": Trap(
        "addresses in config are taken out without a word",
        f"{_RECORDED}, cluster-config",
        lambda resource, _plan: (
            not any(
                at(resource, f"spec.config.{path}") is not None
                for path in (
                    "minio.address",
                    "minio.port",
                    "pulsar.address",
                    "pulsar.port",
                    "etcd.endpoints",
                    "mq.type",
                )
            )
        ),
        put("spec.config.etcd.endpoints", ["etcd:2379"]),
    ),
    "config-that-is-overwritten": Trap(
        "the operator writes enableActiveStandby for four coordinators, which is a difference for ever",
        f"{_RECORDED}, cluster-config",
        lambda resource, _plan: all(
            at(resource, f"spec.config.{name}.enableActiveStandby") is True
            for name in ("rootCoord", "queryCoord", "dataCoord", "indexCoord")
        ),
        drop("spec.config.rootCoord.enableActiveStandby"),
    ),
    "paths-shared-by-instances": Trap(
        "two instances with the same paths in bucket, etcd and topics read each other's data",
        "milvus-io/milvus#7905, #38637",
        lambda resource, _plan: (
            all(
                at(resource, f"spec.config.{path}") not in (None, "files", "by-dev")
                for path in ("minio.rootPath", "etcd.rootPath")
            )
            and at(resource, "spec.config.msgChannel.chanNamePrefix.cluster") is not None
        ),
        put("spec.config.minio.rootPath", "files"),
    ),
    "password-in-config": Trap(
        "spec.config stands in clear in a ConfigMap",
        f"{_RECORDED}, cluster-config",
        lambda resource, _plan: (
            at(resource, "spec.config.common.security.defaultRootPassword") is None
            and any(
                item["name"] == "COMMON_SECURITY_DEFAULTROOTPASSWORD" for item in at(resource, "spec.components.env")
            )
        ),
        put("spec.config.common.security.defaultRootPassword", "secret"),
    ),
    "open-to-everybody": Trap(
        "authorization is off in Milvus's defaults",
        "Milvus 3.0 docs, authenticate.md",
        lambda resource, _plan: at(resource, "spec.config.common.security.authorizationEnabled") is True,
        drop("spec.config.common.security.authorizationEnabled"),
    ),
    "keys-and-identity": Trap(
        "with useIAM keys are not used, without it and without keys there is no way in",
        "milvus-io/milvus#18523",
        identity_or_keys,
        lambda resource: put("spec.config.minio.useIAM", not at(resource, "spec.config.minio.useIAM"))(resource),
    ),
    "endpoint-with-scheme": Trap(
        "an endpoint with a scheme: too many colons",
        "milvus-io/milvus, pull request 17292",
        lambda resource, _plan: at(resource, "spec.dependencies.storage.endpoint").count(":") == 1,
        put("spec.dependencies.storage.endpoint", "https://s3.us-east-1.amazonaws.com:443"),
    ),
    "mount-that-is-lost": Trap(
        "a mount exactly at /var/lib/milvus, or a volume with a name of the operator, is dropped",
        f"{_RECORDED}, cluster-data-path-collision, cluster-data-volume-name",
        lambda resource, _plan: (
            all(mount["mountPath"].rstrip("/") != "/var/lib/milvus" for mount in mounts(resource))
            and not {volume["name"] for volume in volumes(resource)} & OPERATORS_VOLUMES
        ),
        add_to_first("volumeMounts", {"name": "disk", "mountPath": "/var/lib/milvus"}),
    ),
    "global-volume-beside-a-components": Trap(
        "volumes of a component replace the global ones while the global mounts stay: the template is refused",
        f"{_RECORDED}, cluster-volumes-merge",
        lambda resource, _plan: not {"volumes", "volumeMounts"} & at(resource, "spec.components").keys(),
        put("spec.components.volumes", [{"name": "certs", "secret": {"secretName": "certs"}}]),
    ),
    "mount-without-volume": Trap(
        "the component is missing, and the others run",
        f"{_RECORDED}, wrong-mount-without-volume",
        lambda resource, _plan: all(
            {mount["name"] for mount in component.get("volumeMounts", [])}
            <= {volume["name"] for volume in component.get("volumes", [])}
            for _, component in components(resource)
        ),
        add_to_first("volumeMounts", {"name": "nowhere", "mountPath": "/nowhere"}),
    ),
    "endless-roll": Trap(
        "what the API server adds to a template is a difference to the operator: pods are replaced for ever",
        f"{_RECORDED}, cluster-ephemeral-pvc, cluster-querynode-hostpath-notype, cluster-querynode-fieldref",
        lambda resource, _plan: (
            all(spelt_out(volume) for volume in volumes(resource))
            and all("apiVersion" in field for field in field_refs(at(resource, "spec.components")))
        ),
        add_to_first("volumes", {"name": "nvme", "hostPath": {"path": "/mnt"}}),
    ),
    "variable-set-twice": Trap(
        "a variable that the operator sets too stands twice, and the operator's wins",
        f"{_RECORDED}, standalone-resources-env, wrong-env-duplicate",
        lambda resource, _plan: names_of_env(resource),
        lambda resource: at(resource, "spec.components.env").append({"name": "CACHE_SIZE", "value": "1"}),
    ),
    "labels-of-a-component": Trap(
        "global labels and annotations of pods win over the component's",
        f"{_RECORDED}, cluster-identity",
        lambda resource, _plan: (
            not any({"podLabels", "podAnnotations"} & component.keys() for _, component in components(resource))
        ),
        lambda resource: first_component(resource).update(podLabels={"team": "ingest"}),
    ),
    "probe-in-part": Trap(
        "a probe with fields left out is completed, which is a difference",
        f"{_RECORDED}, cluster-querynode-probe-partial",
        lambda resource, _plan: all(
            probe.keys() >= PROBE_FIELDS
            for _, component in components(resource)
            for probe in component.get("probes", {}).values()
        ),
        lambda resource: first_component(resource).update(probes={"readinessProbe": {"tcpSocket": {"port": 19530}}}),
    ),
    "limits-below-requests": Trap(
        "the component is missing, and the others run; unequal memory lets a pod be killed for another",
        f"{_RECORDED}, wrong-limits-below-requests",
        lambda resource, _plan: all(
            component["resources"]["requests"] == component["resources"]["limits"]
            for _, component in components(resource)
            if component["replicas"]
        ),
        lambda resource: first_component(resource)["resources"]["limits"].update(memory="1Gi"),
    ),
    "one-claim-for-all-pods": Trap(
        "persistence of woodpecker on a cluster is one ReadWriteOnce claim that all pods share",
        f"{_RECORDED}, cluster-woodpecker-pvc",
        lambda resource, _plan: at(resource, "spec.dependencies.woodpecker.persistence") is None,
        put("spec.dependencies.woodpecker", {"persistence": {"enabled": True}}),
    ),
    "indexes-on-disk": Trap(
        "no local disk at the data path of query or data nodes, no limit, enableDisk not set",
        "milvus-io/milvus#46996, #40863, #30943; Milvus 3.0 docs, disk_index.md",
        local_disk,
        lose_local_disk,
    ),
    "cpu-image-for-gpus": Trap(
        "GPU indexes on the CPU image, pods without GPUs, a pool of unknown size",
        "milvus-io/milvus#34220, #36836, #27057",
        gpus,
        lose_gpu,
    ),
    "ready-before-clients-can-connect": Trap(
        "/healthz is ready before 19530 is open",
        "milvus-io/milvus#53731",
        lambda resource, _plan: all(
            at(component, "probes.readinessProbe.tcpSocket.port") == 19530
            for key, component in components(resource)
            if key in ("proxy", "standalone") and component["replicas"]
        ),
        lambda resource: [component.pop("probes", None) for _, component in components(resource)],
    ),
    "load-balancer-of-the-operator": Trap(
        "its Service has the port of metrics and management too, and no source ranges",
        f"{_RECORDED}, cluster-service-lb",
        lambda resource, _plan: all(
            component.get("serviceType", "ClusterIP") == "ClusterIP" for _, component in components(resource)
        ),
        lambda resource: first_component(resource).update(serviceType="LoadBalancer"),
    ),
    "images-from-elsewhere": Trap(
        "the idle slot's image is `dummy`; a tool image of another version than the operator's goes its own way",
        f"{_RECORDED}, cluster-tool-image; read: pkg/controllers/deploy_ctrl_util.go, setup.go",
        lambda resource, _plan: (
            at(resource, "spec.components.toolImage") is None
            and at(resource, "spec.components.dummyImage") == at(resource, "spec.components.image")
        ),
        drop("spec.components.dummyImage"),
    ),
    "name-with-dots-or-too-long": Trap(
        "the Service is refused, and the status is Healthy",
        f"{_RECORDED}, wrong-name-dots, wrong-name-long",
        lambda resource, _plan: (
            "." not in resource["metadata"]["name"]
            and len(f"{resource['metadata']['name']}-milvus-streamingnode") <= 63
        ),
        put("metadata.name", "a.b"),
    ),
}
