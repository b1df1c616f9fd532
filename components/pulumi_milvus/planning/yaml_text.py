"""YAML and JSON text to plain data, strictly: no duplicate keys, no surprises such as ``no`` meaning false.

PyYAML's own safe loader follows YAML 1.1, where ``on`` is true, ``12:30`` a number and ``2024-01-01`` a date, and where
a key written twice silently wins. This loader keeps true/false/null, numbers (also 40_000_000) and texts, and nothing
else; anchors work, merge keys and tags do not.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from pulumi_milvus.planning.json_text import MOST_BYTES, decoded, invalid, read_json
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

_INT: Final = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)|0x[0-9a-fA-F_]+|0o[0-7_]+", re.ASCII)
_FLOAT: Final = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
    re.ASCII,
)
_LONGEST_NUMBER: Final = 400


def parse(data: bytes | str, name: str = "") -> Any:
    """The plain data of a YAML or JSON text.

    Raises ``InvalidValues`` with line and column of what cannot be read; ``name`` names the file in messages.
    """
    text = decoded(data, name) if isinstance(data, bytes) else data
    if len(text) > MOST_BYTES:
        raise invalid(name, f"is larger than {MOST_BYTES // 1_000_000} MB, which no values file is")
    if text.lstrip()[:1] == "{":
        try:
            return read_json(text)
        except (ValueError, RecursionError):
            pass  # flow-style YAML also begins so, and the YAML reader says where the mistake is
    try:
        return _yaml(text, name)
    except InvalidValues:
        raise
    except yaml.reader.ReaderError as error:
        raise invalid(_place(text, error.position), f"holds the unprintable character {error.character!r}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else name
        raise invalid(where, _explained(error)) from None
    except RecursionError:
        raise invalid(name, "is nested too deeply") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise invalid(name, f"cannot be read as YAML: {shown(str(error))}") from None


def _yaml(text: str, name: str) -> Any:
    loader = _Loader(text)
    try:
        data = loader.get_single_data()
    finally:
        loader.dispose()
    if loader.problems:
        raise InvalidValues(loader.problems)
    if data is None:
        raise invalid(name, "is empty")
    return data


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with fewer implicit types; notes every key that is written twice."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own class attribute, filled below

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.problems: list[Problem] = []

    def construct_mapping(self, node: Node, deep: bool = False) -> dict[Any, Any]:
        """The mapping of ``node``; a second value of a key is noted as a problem."""
        del deep
        if not isinstance(node, MappingNode):
            return {}
        mapping: dict[Any, Any] = {}
        lines: dict[Any, int] = {}
        for key_node, value_node in node.value:
            where = f"line {key_node.start_mark.line + 1}, column {key_node.start_mark.column + 1}"
            if not isinstance(key_node, ScalarNode):
                self.problems.append(Problem(where, "", "a key must be a plain word, not a list or mapping"))
                continue
            key = self.construct_object(key_node, deep=True)
            if key in mapping:
                said = f"the key stands a second time (first on line {lines[key]}); keep one"
                self.problems.append(Problem(where, shown(key), said))
            lines.setdefault(key, key_node.start_mark.line + 1)
            mapping[key] = self.construct_object(value_node, deep=True)
        return mapping


def _read_map(loader: _Loader, node: MappingNode) -> Any:
    data: dict[Any, Any] = {}
    yield data
    data.update(loader.construct_mapping(node))


def _read_int(loader: _Loader, node: ScalarNode) -> Any:
    text = str(loader.construct_scalar(node))
    plain = text.replace("_", "")
    if len(plain) > _LONGEST_NUMBER:
        return text
    return int(plain, 16 if plain.startswith("0x") else 8 if plain.startswith("0o") else 10)


def _read_float(loader: _Loader, node: ScalarNode) -> Any:
    text = str(loader.construct_scalar(node))
    plain = text.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan")
    try:
        return float(plain) if len(plain) <= _LONGEST_NUMBER else text
    except ValueError:
        return text


def _refuse_tag(_loader: _Loader, node: Node) -> Any:
    raise yaml.constructor.ConstructorError(None, None, "could not determine a constructor", node.start_mark)


def _prepare() -> None:
    def resolve(tag: str, pattern: str, first: str) -> None:
        compiled = re.compile(rf"(?:{pattern})\Z", re.ASCII)
        for character in first:
            _Loader.yaml_implicit_resolvers.setdefault(character, []).append((f"tag:yaml.org,2002:{tag}", compiled))

    resolve("bool", "true|True|TRUE|false|False|FALSE", "tTfF")
    resolve("null", "~|null|Null|NULL|", "~nN")
    _Loader.yaml_implicit_resolvers.setdefault("", []).append(("tag:yaml.org,2002:null", re.compile(r"\Z")))
    resolve("float", _FLOAT.pattern, "-+.0123456789")
    resolve("int", _INT.pattern, "-+0123456789")
    _Loader.add_constructor("tag:yaml.org,2002:map", _read_map)
    _Loader.add_constructor("tag:yaml.org,2002:int", _read_int)
    _Loader.add_constructor("tag:yaml.org,2002:float", _read_float)
    for tag in ("timestamp", "binary", "set", "omap", "pairs"):
        _Loader.add_constructor(f"tag:yaml.org,2002:{tag}", _refuse_tag)


def _explained(error: yaml.MarkedYAMLError) -> str:
    problem = " ".join(str(error.problem or error.context or "cannot be read").split())
    if "\\t" in problem or "'\t'" in problem:
        return "a tab cannot indent YAML; use spaces"
    if "could not determine a constructor" in problem:
        return "tags such as !!python are not supported; write plain values"
    if "but found another document" in problem:
        return "a second document begins here; a values file has one"
    return f"cannot be read as YAML: {shown(problem)[1:-1]}"


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"line {line}, column {position - (text.rfind(chr(10), 0, position) + 1) + 1}"


_prepare()
