"""A stand-in of the Pulumi Kubernetes provider, for tests on machines that cannot fetch the official plugin.

It serves every kind that the API server serves, by discovery, and does what the official provider was recorded to do:
inputs, outputs, names, replacements, waiting, messages. README.md says which records it holds and what it leaves out.
"""

VERSION = "4.34.2"
"""The pulumi-kubernetes whose behaviour was recorded; equal to the SDK's where requirements*.txt pin one."""
