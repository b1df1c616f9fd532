"""Collections and aliases with the real Pulumi engine and a Milvus Lite file, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

from collection_specs import articles, dense, hybrid, index, key
from collection_stack import STACK, CollectionStack, collection_stack
from pulumi_cli import program
from pulumi_milvus.resources.lite_file import LiteFiles

NEWS = articles(collectionName="news")
HNSW, IVF = index("HNSW", "COSINE", M=8, efConstruction=64), index("IVF_FLAT", "L2", nlist=4)


def said(done: object) -> str:
    """Both outputs, on one line."""
    return " ".join(f"{done.stdout} {done.stderr}".split())  # type: ignore[attr-defined]


def test_up_change_switch_and_destroy(engine: Path, tmp_path: Path) -> None:
    stack = collection_stack(
        engine, tmp_path, collections={"articles": articles(), "news": NEWS}, aliases={"live": "articles"}
    )
    # As a user runs it, with the preview before it.
    assert "milvus:index:Collection articles create" in said(stack.pulumi.run("up", "--yes", "-s", STACK))
    stack.unchanged()
    assert not any(resource.get("initErrors") for resource in stack.resources().values())
    assert stack.resources()["articles"]["id"] == "articles"
    stack.insert("articles", 30)

    changed = articles(key(), dense(**IVF), expectedRows=200_000)
    stack.want(
        collections={"articles": changed, "news": NEWS, "new": articles(collectionName="new")}, aliases={"live": "news"}
    )
    preview = said(stack.preview())
    for line in (
        '~ indexType : "HNSW" => "IVF_FLAT"',
        '~ metricType: "COSINE" => "L2"',
        "- M : 8",
        "+ nlist : 4",
        '~ collection: "articles" => "news"',
        "search on articles is away while its index on embedding is rebuilt: about",
        "for 200,000 rows",
        "1 to create",
        "2 to update",
    ):
        assert line in preview, line
    stack.up()
    stack.unchanged()
    assert stack.rows("articles") == 30
    with stack.client() as client:
        assert client.describe_alias("live")["collection_name"] == "news"
        assert client.describe_index("articles", "embedding")["index_type"] == "IVF_FLAT"

    refused = said(stack.destroy(check=False))
    assert "articles holds 30 rows and was not declared disposable" in refused
    assert "disposable: true" in refused
    assert "pulumi state delete" in refused
    assert stack.rows("articles") == 30
    stack.want(collections={"articles": changed | {"disposable": True}})
    stack.up()
    stack.destroy()
    assert stack.resources() == {}
    with stack.client() as client:
        assert client.list_collections() == []


def test_previews_connect_to_nothing(engine: Path, tmp_path: Path) -> None:
    stack = collection_stack(engine, tmp_path, collections={"articles": articles()}, aliases={"live": "articles"})
    stack.preview()
    assert not stack.database.exists()
    stack.up()
    files = LiteFiles()
    with files.address(stack.database):
        stack.want(collections={"articles": articles(key(), dense(**IVF))}, aliases={"live": "articles"})
        assert "1 to update" in said(stack.preview())
        held = said(stack.up(check=False))
        assert "is held open by process" in held
        assert "milvus-lite server" in held
    files.close_all()
    stack.config("milvus:uri", "http://127.0.0.1:9")
    elsewhere = said(stack.preview())
    assert '~ endpoint: "milvus.db" => "http://127.0.0.1:9"' in elsewhere
    unreachable = said(stack.up(check=False))
    assert "Milvus at http://127.0.0.1:9 gave no answer to a real call" in unreachable


def test_refresh_sees_what_happened_outside_and_up_heals(engine: Path, tmp_path: Path) -> None:
    wanted = articles(properties={"collection.ttl.seconds": 60})
    stack = collection_stack(engine, tmp_path, collections={"articles": wanted, "news": NEWS}, aliases={"live": "news"})
    stack.up()
    stack.insert("articles", 10)
    with stack.client() as client:
        client.drop_collection("news")
        client.release_collection("articles")
        client.drop_index("articles", "embedding_idx")
        client.alter_collection_properties("articles", {"collection.ttl.seconds": "5"})
    seen = said(stack.refresh("--diff"))
    assert "2 deleted" in seen
    assert '"60" => "5"' in seen
    healing = said(stack.preview())
    assert '"5" => "60"' in healing
    assert "2 to create" in healing
    stack.up()
    stack.unchanged()
    assert stack.rows("articles") == 10
    stack.refresh("--expect-no-changes")


def test_refusals_come_in_the_preview(engine: Path, tmp_path: Path) -> None:
    stack = collection_stack(
        engine, tmp_path, uri="http://127.0.0.1:9", collections={"articles": articles(production=True)}
    )
    stack.preview()
    lite = CollectionStack(stack.pulumi)
    lite.config("milvus:uri", "milvus.db")
    lite.want(collections={"articles": articles(production=True)})
    assert "production" in said(lite.preview(check=False)), "Lite is not for production"
    lite.want(collections={"articles": articles(key(), dense(**index("DISKANN")), {"name": "9", "dataType": "BOOL"})})
    both = said(lite.preview(check=False))
    assert "resource 'articles' has a problem: fields[1].index.indexType: Milvus Lite has no DISKANN" in both
    assert "has a problem: fields[2].name: '9' is no name for Milvus" in both
    lite.want(collections={"articles": articles()})
    lite.up()
    lite.want(collections={"articles": articles(key(), dense(dimension=16, **HNSW))})
    refused = said(lite.preview(check=False))
    assert "fields[1].dimension: changing it from 8 to 16 would lose the rows of articles" in refused
    assert "articles_v2" in refused
    lite.pulumi.run("config", "rm", "-s", STACK, "milvus:uri")
    assert "no Milvus is configured: set milvus:uri" in said(lite.preview(check=False))


def test_production_on_a_server(engine: Path, tmp_path: Path) -> None:
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    server, database, port = start_server_in_thread(str(tmp_path / "served.db"), host="127.0.0.1", port=0)
    before, after = articles(production=True), articles(key(), dense(**IVF), production=True)
    stack = collection_stack(engine, tmp_path, uri=f"http://127.0.0.1:{port}", collections={"articles": before})
    # Milvus Lite behind an address cannot be told from a server before it is asked, which a preview does not.
    assert "its authors name local development" in said(stack.up(check=False))
    stack.want(collections={"articles": articles()})
    stack.up()
    stack.want(collections={"articles": after})
    refused = said(stack.preview(check=False))
    assert "fields[1].index: this takes search on articles away, and the environment is production" in refused
    assert "milvus:index:Alias switches at once" in refused
    assert "milvus:acknowledgeSearchGap: [articles]" in refused
    stack.want(collections={"articles": after | {"acknowledgeSearchGap": True}})
    assert "search on articles is away while" in said(stack.preview())
    server.stop(grace=0)
    database.close()


def test_import_and_what_is_not_there(engine: Path, tmp_path: Path) -> None:
    stack = collection_stack(engine, tmp_path, collections={"h": hybrid()}, aliases={"live": "h"})
    stack.up()
    made = stack.resources()
    for name in ("live", "h"):
        stack.pulumi.run("state", "delete", "-s", STACK, made[name]["urn"], "--yes")
    quiet = ("-s", STACK, "--yes", "--generate-code=false", "--protect=false")
    stack.pulumi.run("import", "milvus:index:Collection", "h", "hybrid", *quiet)
    stack.pulumi.run("import", "milvus:index:Alias", "live", "live", *quiet)
    # Milvus Lite keeps neither the note nor the length of an array's texts: written once more, then all is equal.
    imported = hybrid(description="")
    imported["fields"][5]["maxLength"] = 65_535
    stack.want(collections={"h": imported}, aliases={"live": "h"})
    stack.unchanged()
    for kind, missing in (("Collection", "ghost"), ("Alias", "ghost"), ("Collection", "live")):
        done = stack.pulumi.run("import", f"milvus:index:{kind}", "x", missing, *quiet, check=False)
        assert done.returncode != 0
        words = said(done)
        assert "'ghost' does not exist at milvus.db" in words or "live is an alias of hybrid; import hybrid" in words
    assert set(stack.resources()) == {"h", "live"}


def test_replacing_on_demand_loses_nothing(engine: Path, tmp_path: Path) -> None:
    stack = collection_stack(engine, tmp_path, collections={"articles": articles()}, aliases={"live": "articles"})
    stack.up()
    urns = [resource["urn"] for resource in stack.resources().values()]
    stack.up(*(part for urn in urns for part in ("--replace", urn)))
    stack.unchanged()
    with stack.client() as client:
        assert client.list_collections() == ["articles"]
        assert client.describe_alias("live")["collection_name"] == "articles"
    stack.insert("articles", 5)
    refused = stack.up(*(part for urn in urns for part in ("--replace", urn)), check=False)
    assert "articles holds 5 rows and was not declared disposable" in said(refused)
    assert stack.rows("articles") == 5
    stack.up()
    stack.unchanged()
    with stack.client() as client:
        assert client.describe_alias("live")["collection_name"] == "articles"


def test_an_explicit_provider_and_another_place(engine: Path, tmp_path: Path) -> None:
    stack = collection_stack(
        engine, tmp_path, provider={"uri": "one.db", "waitSeconds": 3}, collections={"articles": articles()}
    )
    stack.up()
    stack.unchanged()
    assert (stack.pulumi.directory / "one.db").is_dir()
    assert not stack.database.exists()
    stack.want(provider={"uri": "two.db"}, collections={"articles": articles()})
    assert '"one.db" => "two.db"' in said(stack.preview())
    moved = said(stack.up(check=False))
    assert "articles is not at two.db; its rows are at one.db" in moved
    assert "pulumi refresh, then pulumi up" in moved
    stack.refresh()
    stack.up()
    stack.unchanged()
    assert (stack.pulumi.directory / "two.db").is_dir()


def test_the_schema_is_one_that_pulumi_takes(engine: Path, tmp_path: Path) -> None:
    from pulumi_milvus.provider.package_schema import package_schema

    path = tmp_path / "schema.json"
    path.write_text(package_schema())
    program(engine, tmp_path, "").run("schema", "check", str(path))
    resources = json.loads(path.read_text())["resources"]
    # Otherwise `pulumi import` would write it into the program, which must not set it.
    assert "endpoint" not in resources["milvus:index:Collection"]["inputProperties"]
    assert "endpoint" not in resources["milvus:index:Alias"]["inputProperties"]


def test_keywords_do_what_arguments_do(engine: Path, tmp_path: Path) -> None:
    stack = collection_stack(engine, tmp_path, collections={"articles": articles()})
    stack.up()
    source = stack.pulumi.directory / "__main__.py"
    # As `pulumi import` writes a resource into a program.
    source.write_text(
        source.read_text().replace("Collection(name, args, protect)", "Collection(name, opts=protect, **args)")
    )
    stack.unchanged()
