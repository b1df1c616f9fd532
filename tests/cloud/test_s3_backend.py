"""State in an S3 bucket by one setting, with the real engine against moto's S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from collection_specs import articles
from collection_stack import PLUGIN, SOURCE, STACK, CollectionStack
from pulumi_cli import program

BUCKET = "states"
SECRET = "Tr0ub4dor-and-3"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "fake", "AWS_SECRET_ACCESS_KEY": "fake", "AWS_REGION": "eu-central-1"}


@pytest.fixture
def s3() -> Iterator[str]:
    """The address of an S3 on the loopback address, with one empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client(address).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": CREDENTIALS["AWS_REGION"]}
    )
    yield address
    server.stop()


def client(address: str) -> Any:
    """boto3's client for it."""
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name=CREDENTIALS["AWS_REGION"],
        aws_access_key_id="fake",
        aws_secret_access_key="fake",
    )


def objects(address: str) -> dict[str, str]:
    """Every object of the bucket as text."""
    s3 = client(address)
    return {
        item["Key"]: s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read().decode()
        for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    }


def test_a_whole_life_with_the_state_in_a_bucket(engine: Path, tmp_path: Path, s3: str) -> None:
    backend = f"s3://{BUCKET}?endpoint={s3}&s3ForcePathStyle=true&region={CREDENTIALS['AWS_REGION']}"
    export = f"\npulumi.export('password', pulumi.Output.secret({SECRET!r}))\n"
    pulumi = program(engine, tmp_path, SOURCE + export, main_yaml=PLUGIN)
    stack = CollectionStack(pulumi.with_environment(PULUMI_BACKEND_URL=backend, **CREDENTIALS))
    stack.want(collections={"articles": articles()}, aliases={"live": "articles"})
    stack.pulumi.run("stack", "init", STACK)
    stack.config("milvus:uri", "milvus.db")
    stack.up()
    stack.unchanged()

    state = objects(s3)[f".pulumi/stacks/test/{STACK}.json"]
    assert '"urn:pulumi:dev::test::milvus:index:Collection::articles"' in state
    assert '"ciphertext"' in state
    assert all(SECRET not in text for text in objects(s3).values())
    assert not [key for key in objects(s3) if "/locks/" in key], "a lock stays behind"
    assert not (tmp_path / "pulumi-state" / ".pulumi").exists(), "the local state is used as well"
    assert stack.pulumi.outputs(STACK)["password"] == SECRET

    stack.destroy()
    assert "milvus:index" not in objects(s3)[f".pulumi/stacks/test/{STACK}.json"]
    stack.pulumi.run("stack", "rm", "--yes", STACK)
    assert f".pulumi/stacks/test/{STACK}.json" not in objects(s3)
