"""The policy pack: `pulumi preview --policy-pack policies` judges any program's Milvus resources by the shared rules.

The rules stand in pulumi_milvus/rules; here they only meet resources. Nothing may import this module: a PolicyPack
serves from the moment it is made.
"""

from pulumi_policy import PolicyPack

from deployment import deployment_policies
from milvus_collections import collection_policies
from written_plan import written_plan_policies

PolicyPack(name="milvus", policies=[*deployment_policies(), *collection_policies(), *written_plan_policies()])
