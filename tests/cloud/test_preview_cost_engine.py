"""What the real engine writes into a preview, as `pulumi-milvus cost` reads it."""

from __future__ import annotations

from pathlib import Path

from collection_specs import articles
from collection_stack import PLUGIN, SOURCE, STACK, CollectionStack
from pulumi_cli import Pulumi, program
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.preview_cost.documents import Document, read_document
from pulumi_milvus.planning.preview_cost.totals import preview_cost


def previewed(pulumi: Pulumi, *options: str) -> Document:
    """The preview of the stack, read."""
    done = pulumi.run("preview", "--json", *options, "-s", STACK)
    return read_document(done.stdout.encode(), "preview.json")


def names(document: Document) -> set[str]:
    return {resource.name for resource in document.after}


def test_previews_of_the_real_engine(engine: Path, tmp_path: Path) -> None:
    pulumi = program(engine, tmp_path, SOURCE, main_yaml=PLUGIN)
    stack = CollectionStack(pulumi)
    stack.want(collections={"articles": articles()}, aliases={"live": "articles"})
    pulumi.run("stack", "init", STACK)
    pulumi.run("config", "set", "milvus:uri", "milvus.db", "-s", STACK)
    pulumi.run("config", "set", "aws:region", "eu-west-1", "-s", STACK)
    new = previewed(pulumi, "--show-sames")
    assert new.complete
    assert {"articles", "live"} <= names(new)
    alias = next(resource for resource in new.after if resource.name == "live")
    # By this a node group finds its launch template while that has no id.
    assert [urn.rsplit("::", 1)[-1] for urn in alias.depends["collection"]] == ["articles"]
    assert new.after.region == "eu-west-1"
    pulumi.run("up", "--yes", "-s", STACK)
    # Without the option what stays is not there, and the totals are not told.
    short = previewed(pulumi)
    assert not short.complete
    assert "articles" not in names(short)
    assert preview_cost(short, aws_catalogue()).to_json()["usd_per_month"] is None
    whole = previewed(pulumi, "--show-sames")
    assert whole.complete
    assert {"articles", "live"} <= names(whole)
    stack.want(collections={"articles": articles()}, aliases={})
    without = previewed(pulumi, "--show-sames")
    assert without.before is not None
    assert "live" not in names(without)
    assert "live" in {resource.name for resource in without.before}
    exported = read_document(pulumi.run("stack", "export", "-s", STACK).stdout.encode(), "stack.json")
    assert {"articles", "live"} <= names(exported)
