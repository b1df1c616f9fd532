"""The two ends of a copy as they are written on the command line, and the files that hold their tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from pulumi_milvus.cluster_access.access import ClusterAccess, read_access
from pulumi_milvus.manifests.compose.compose_file import PASSWORD_VARIABLE
from pulumi_milvus.planning.problems import Problem
from pulumi_milvus.resources.endpoint import Endpoint, is_lite_file, uri_problems

_CLUSTER: Final = "kubernetes"
_QUERY_KEYS: Final = ("context", "kubeconfig")
_ROOT: Final = "root"


def read_end(
    which: str, text: str, token_file: Path | None, password_file: Path | None
) -> tuple[Endpoint, list[Problem]]:
    """The Milvus that FROM or TO names, and everything wrong with it. `which` is from or to."""
    token, found = _token(which, token_file, password_file)
    name = which.upper()
    if text.startswith(f"{_CLUSTER}://"):
        access, problems = _cluster(name, text)
        return Endpoint(access.uri if access else text, token, access), [*found, *problems]
    wrong = uri_problems(text)
    found += [Problem(name, "", reason, "") for reason in wrong]
    if which == "from" and not wrong and is_lite_file(text) and not Endpoint(text).path().exists():
        # Opening it would make it.
        reason = f"there is no such Milvus Lite file (looked for {Endpoint(text).path()})"
        found.append(
            Problem(name, text, reason, "the path of one; a relative one counts from the folder of Pulumi.yaml")
        )
    return Endpoint(text, token), found


def _cluster(name: str, text: str) -> tuple[ClusterAccess | None, list[Problem]]:
    parts = urlsplit(text)
    form = "kubernetes://NAMESPACE/SERVICE[:PORT][?context=NAME]"
    service, _, port = parts.path.strip("/").partition(":")
    query = dict(parse_qsl(parts.query))
    settings = {"namespace": parts.netloc, "service": service, **query}
    if port:
        settings["port"] = port
    found = [
        Problem(name, key, "it is not known in an address", ", ".join(_QUERY_KEYS))
        for key in query
        if key not in _QUERY_KEYS
    ]
    if not parts.netloc or not service:
        found.append(Problem(name, text, "it names no Service in a namespace", form))
    access, problems = read_access(settings)
    return access, found or [Problem(f"{name}{problem}", "", "", form) for problem in problems]


def _token(which: str, token_file: Path | None, password_file: Path | None) -> tuple[str, list[Problem]]:
    if token_file and password_file:
        reason = f"both say how {which.upper()} is opened"
        return "", [Problem(f"--{which}-token-file", "", f"with --{which}-password-file, {reason}", "one of them")]
    if token_file:
        return _content(token_file, f"--{which}-token-file", "user:password, or an API key")
    if password_file:
        text, found = _content(password_file, f"--{which}-password-file", f"the password of {_ROOT}")
        # The file beside a Compose file holds it as a variable.
        return (f"{_ROOT}:{text.removeprefix(f'{PASSWORD_VARIABLE}=')}", found) if text else ("", found)
    return "", []


def _content(path: Path, option: str, what: str) -> tuple[str, list[Problem]]:
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        return "", [Problem(option, str(path), f"it cannot be read: {reason}", f"a file that holds {what}")]
    if not text or "\n" in text:
        return "", [
            Problem(option, str(path), "it does not hold one line", f"a file that holds {what} and nothing else")
        ]
    return text, []
