"""Secrets are never quoted: marked ones, ones by their name, and every copy of their text elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

SHOWN: Final = "[secret]"
# sdk/go/common/resource/sig.go (Pulumi 3.259): the key that marks a wrapped value, and its value for secrets.
_MARK: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
_NAMES: Final = re.compile(
    r"(?i)(password|passwd|passphrase|token|secret|secret[_-]?(access[_-]?)?key|private[_-]?key|access[_-]?key[_-]?id"
    r"|accesskey|kubeconfig|credentials?|connection[_-]?string)$"
)
# Keys under which our resources and Kubernetes name the object that holds a secret.
_PLACES: Final = re.compile(r"(?i)(secret|tls_?secret|password_?secret)")
# Of a state: which resources a property comes from, by the property's name.
_RELATIONS: Final = ("propertyDependencies", "additionalSecretOutputs", "detailedDiff")
# A shorter text would be found within other words.
_FEWEST_CHARACTERS: Final = 6
# What Pulumi prints of a secret in a failed check (seen with 3.259.0): `{&{{text}}}`.
_PRINTED: Final = re.compile(r"&\{\{.*?\}\}", re.DOTALL)
# A password in an address: scheme://user:password@host.
_IN_ADDRESS: Final = re.compile(r"(?<=://)([^\s/:@]+):([^\s/@]+)@")


class SecretTexts:
    """The secret texts of some documents. Immutable after it was made."""

    def __init__(self, *documents: object) -> None:
        found = {text for document in documents for text in _texts(document)}
        longest_first = sorted(found, key=lambda text: (-len(text), text))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def hide(self, text: str) -> str:
        """A text without any of the secrets."""
        text = _IN_ADDRESS.sub(rf"\1:{SHOWN}@", _PRINTED.sub(SHOWN, text))
        return text if self._pattern is None else self._pattern.sub(SHOWN, text)

    def without(self, value: object) -> Any:
        """Plain data in which ``[secret]`` stands for every secret."""
        if isinstance(value, Mapping):
            if value.get(_MARK) == _SECRET:
                return SHOWN
            named = _named(value)
            return {
                self.hide(str(key)): self._part(value, key, item, named=named)
                for key, item in value.items()
                if not (named and key == "name")
            } | ({"name": self.hide(str(value["name"]))} if named else {})
        if isinstance(value, list):
            return [self.without(item) for item in value]
        return self.hide(value) if isinstance(value, str) else value

    def _part(self, holder: Mapping[str, Any], key: object, item: object, *, named: bool) -> Any:
        if key in _RELATIONS:
            return item
        return SHOWN if named or _is_secret(holder, key, item) else self.without(item)


def _texts(value: object) -> Iterator[str]:
    """Every secret text that stands in clear somewhere."""
    if isinstance(value, Mapping):
        if value.get(_MARK) == _SECRET:
            yield from _leaves(_opened(value.get("plaintext", value.get("value"))))
            return
        for key, item in value.items():
            if key in _RELATIONS:
                continue
            if _is_secret(value, key, item) or (_named(value) and key == "value"):
                yield from _leaves(item)
            else:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _is_secret(holder: Mapping[str, Any], key: object, item: object) -> bool:
    if holder.get("kind") == "Secret" and key in ("data", "stringData"):
        return True
    if not isinstance(item, (str, list)) or not _NAMES.search(str(key)):
        return False
    # `secret: milvus/milvus-root` names an object; what has no such form is taken for the secret itself.
    return not (_PLACES.fullmatch(str(key)) and isinstance(item, str) and re.fullmatch(r"[a-z0-9./-]{1,120}", item))


def _named(value: Mapping[str, Any]) -> bool:
    """A variable of a container's environment whose name says that it is a secret."""
    return isinstance(value.get("name"), str) and bool(_NAMES.search(value["name"])) and "value" in value


def _opened(value: object) -> object:
    """What is in a plaintext, which is JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str) and len(value) >= _FEWEST_CHARACTERS and value != SHOWN:
        yield value
        # Quoted within JSON, as the values of a stack's configuration are.
        escaped = json.dumps(value)[1:-1]
        if escaped != value:
            yield escaped
