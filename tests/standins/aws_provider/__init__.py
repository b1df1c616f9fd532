"""A stand-in of the Pulumi AWS provider, for tests on machines that cannot fetch the official plugin.

It makes real calls of boto3 to an AWS on the loopback address (moto), by a strict table: what the table does not know
is refused, with type and argument. README.md says what it holds and what it leaves out.
"""

VERSION = "7.51.1"
"""The pulumi_aws whose types it serves; their arguments are read from that SDK itself."""
