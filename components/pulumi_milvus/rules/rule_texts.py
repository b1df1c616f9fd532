"""What every rule says of itself: the text of its page in docs/rules and of its policy in the pack."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from pulumi_milvus.rules import DECLARED_RULES
from pulumi_milvus.rules.deployment_rules import CLUSTER_RULES, DEPLOYMENT_RULES, docs_page


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words. ``level``: error, warning, or prod (an error in production, else a warning).

    ``facts``: which facts it needs, and from which callers it gets them.
    """

    rule: str
    level: str
    what: str
    reason: str
    fix: str
    source: str
    facts: str

    @property
    def page(self) -> str:
        """Its page in the documentation."""
        return docs_page(self.rule)


def rule_texts() -> tuple[RuleText, ...]:
    """Every rule, sorted by its id."""
    modules = dict.fromkeys((*DEPLOYMENT_RULES, *CLUSTER_RULES, *DECLARED_RULES))
    return tuple(sorted((_text(module) for module in modules), key=lambda text: text.rule))


def _text(module: ModuleType) -> RuleText:
    """The first line of a rule's docstring is what it holds, and the rest tells of its facts."""
    first, _, rest = (module.__doc__ or "").strip().partition("\n")
    return RuleText(
        rule=module.RULE,
        level=module.LEVEL,
        what=first.partition("``: ")[2],
        reason=module.REASON,
        fix=module.FIX,
        source=module.SOURCE,
        facts=rest.strip(),
    )
