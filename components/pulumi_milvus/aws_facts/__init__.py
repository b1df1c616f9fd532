"""AWS asked for facts: instance types, zones, prices, quotas, and whether a deployment can be made at all.

Only reading calls. boto3 is imported where a connection is made.
"""
