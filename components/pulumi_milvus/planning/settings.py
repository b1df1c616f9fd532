"""The settings of a values file beside the workload: where Milvus is, and what may happen to its data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import Problem, key_in_path, shown
from pulumi_milvus.planning.readers import Flag, Name, Reader, Refused, Whole
from pulumi_milvus.planning.workload import Workload

if TYPE_CHECKING:
    from pulumi_milvus.cloud_aws.setting_values import AwsSettings
    from pulumi_milvus.manifests.setting_values import ClusterSettings

# As milvus:index:RootPassword takes.
_MOST_ROTATIONS: Final = 1_000_000
# A day: longer than any roll that moves, and short enough for a pipeline to notice one that does not. Our choice.
_LONGEST_READY_SECONDS: Final = 86_400

# Keys of the values file under ``config:``, with what they mean; JSON Schema and documentation show these texts.
DESCRIPTIONS: Final[dict[str, str]] = {
    "milvus:uri": "Where Milvus is: a file such as .data/milvus.db (Milvus Lite, relative to the folder of "
    "Pulumi.yaml), or http(s)://host:port.",
    "milvus:token": "user:password or an API key. A secret: set it with `pulumi config set --secret milvus:token`.",
    "milvus:waitSeconds": "How long to wait, in seconds, for a server to answer or a Milvus Lite file to be free; by "
    "default 120 for a server that starts, 20 to read, 15 for a file.",
    "milvus:disposableData": "true says that collections that hold rows may be deleted, for example by "
    "`pulumi destroy`. It must be said and applied before the deletion.",
    "milvus:aliases": "Second names of collections, so that searches can be moved without a gap: {live: articles}.",
    "milvus:acknowledgeSearchGap": "Names of collections whose index may be rebuilt although production is true: "
    "search is away meanwhile.",
    "milvus:passwordRotation": "Which password Milvus's user root has in a cluster: raise it by one for a new one; 1 "
    "by default.",
    "milvus:createCollections": "Whether the collections of the workload are created in the cluster too; true by "
    "default, false leaves them to the applications.",
    "milvus:readyTimeoutSeconds": "How long `pulumi up` waits, in seconds, for each part of a cluster to be ready; 0, "
    "the default: 600 for etcd and MinIO and 3600 for Milvus.",
    "milvus:catalogue": "The file with the instance types, zones and prices to plan with, made by `pulumi-milvus "
    "catalogue refresh`; relative to this file. Its region is aws:region. By default the packaged prices of us-east-1.",
    "milvus:aws": "Where and how it runs on AWS, where this stack makes cluster or machine: docs/aws.md has every key.",
    "milvus:kubernetes": "Where and how Milvus runs in a Kubernetes cluster: docs/kubernetes.md has every key. Not for "
    "Milvus Lite.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings that planning knows; ``other`` keeps all further ``milvus:`` keys as they are.

    ``kubernetes`` is None where nothing is said of a cluster, ``aws`` where nothing is made there. ``catalogue``: a
    file, relative to that of the values. ``region``: AWS's, of ``aws:region`` or in ``milvus:aws``; None where nobody
    says.
    """

    uri: str | None = None
    disposable_data: bool = False
    aliases: dict[str, str] = field(default_factory=dict)
    acknowledge_search_gap: tuple[str, ...] = ()
    password_rotation: int = 1
    create_collections: bool = True
    ready_timeout_seconds: int = 0
    kubernetes: ClusterSettings | None = None
    aws: AwsSettings | None = None
    catalogue: str | None = None
    region: str | None = None
    other: dict[str, Any] = field(default_factory=dict)


def read_settings(config: dict[Any, Any], problems: list[Problem]) -> Settings:
    """The ``milvus:`` keys of a values file's ``config``; what is wrong goes to ``problems``."""
    known = ("milvus:workload", *DESCRIPTIONS)
    other = {}
    for key, value in config.items():
        if not isinstance(key, str) or not key.startswith("milvus:") or key in known:
            continue
        near = nearest_word(key.removeprefix("milvus:"), [name.removeprefix("milvus:") for name in known], 0.8)
        if near is not None:
            problems.append(Problem(f"config.{key_in_path(key)}", "", "unknown key", f"milvus:{near}"))
        other[key] = value
    return Settings(
        uri=_text(config, "milvus:uri", ".data/milvus.db", problems),
        catalogue=_text(config, "milvus:catalogue", "catalogue.json", problems),
        region=_region(config, problems),
        disposable_data=bool(_value(Flag(), config, "milvus:disposableData", problems)),
        aliases=_aliases(config.get("milvus:aliases"), problems),
        acknowledge_search_gap=tuple(_names(config.get("milvus:acknowledgeSearchGap"), problems)),
        password_rotation=_value(Whole(1, _MOST_ROTATIONS), config, "milvus:passwordRotation", problems) or 1,
        create_collections=_value(Flag(), config, "milvus:createCollections", problems) is not False,
        ready_timeout_seconds=_value(Whole(0, _LONGEST_READY_SECONDS), config, "milvus:readyTimeoutSeconds", problems)
        or 0,
        kubernetes=_kubernetes(config.get("milvus:kubernetes"), problems),
        aws=_aws(config.get("milvus:aws"), problems),
        other=other,
    )


def settings_problems(settings: Settings, workload: Workload) -> list[Problem]:
    """Problems between the settings and the workload: aliases and acknowledgements name collections that exist."""
    names = {collection.name for collection in workload.collections}
    problems = []
    for alias, target in settings.aliases.items():
        where = f"config.milvus:aliases.{key_in_path(alias)}"
        if alias in names:
            problems.append(Problem(where, shown(alias), "a collection has that name, and an alias needs its own name"))
        if target not in names:
            near = nearest_word(target, names) or min(names)
            problems.append(Problem(where, shown(target), "no collection of that name is declared", near))
    for position, name in enumerate(settings.acknowledge_search_gap):
        if name not in names:
            where = f"config.milvus:acknowledgeSearchGap[{position}]"
            near = nearest_word(name, names) or min(names)
            problems.append(Problem(where, shown(name), "no collection of that name is declared", near))
    return problems


def _text(config: dict[Any, Any], key: str, example: str, problems: list[Problem]) -> str | None:
    text = config.get(key)
    if text is None or (isinstance(text, str) and text.strip()):
        return text
    problems.append(Problem(f"config.{key}", shown(text), "a text is needed", example))
    return None


def _region(config: dict[Any, Any], problems: list[Problem]) -> str | None:
    """AWS's region; what ``milvus:aws`` says of it is checked with the rest of that setting."""
    cloud = config.get("milvus:aws")
    said = cloud.get("region") if isinstance(cloud, dict) else None
    return said if isinstance(said, str) and said else _text(config, "aws:region", "us-east-1", problems)


def _value(reader: Reader, config: dict[Any, Any], key: str, problems: list[Problem]) -> Any:
    if key not in config:
        return None
    # `pulumi config set` writes every value at this level as a string.
    value = {"true": True, "false": False}.get(config[key]) if isinstance(config[key], str) else config[key]
    return _read(reader, config[key] if value is None else value, f"config.{key}", problems)


def _read(reader: Reader, value: object, path: str, problems: list[Problem]) -> Any:
    try:
        return reader.read(value)
    except Refused as refused:
        problems.append(Problem(path, shown(value), refused.reason, refused.nearest))
        return None


def _kubernetes(value: object, problems: list[Problem]) -> ClusterSettings | None:
    if value is None:
        return None
    # Loaded where it is asked for: most commands need no word of Kubernetes.
    from pulumi_milvus.manifests.settings import read_cluster_settings

    return read_cluster_settings(value, "config.milvus:kubernetes", problems)


def _aws(value: object, problems: list[Problem]) -> AwsSettings | None:
    if value is None:
        return None
    from pulumi_milvus.cloud_aws.settings import read_aws_settings

    return read_aws_settings(value, "config.milvus:aws", problems)


def _aliases(value: object, problems: list[Problem]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        reason = "a mapping of alias to collection is needed"
        problems.append(Problem("config.milvus:aliases", shown(value), reason, "{live: articles}"))
        return {}
    aliases = {}
    for alias, target in value.items():
        where = f"config.milvus:aliases.{key_in_path(alias)}"
        read = _read(Name(), alias, where, problems), _read(Name(), target, where, problems)
        if read[0] is not None and read[1] is not None:
            aliases[read[0]] = read[1]
    return aliases


def _names(value: object, problems: list[Problem]) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        reason = "a list of collections is needed"
        near = f"[{value}]" if isinstance(value, str) and len(value) < 60 and value.isidentifier() else "[articles]"
        problems.append(Problem("config.milvus:acknowledgeSearchGap", shown(value), reason, near))
        return []
    read = [
        _read(Name(), item, f"config.milvus:acknowledgeSearchGap[{position}]", problems)
        for position, item in enumerate(value)
    ]
    return [name for name in read if name is not None]
