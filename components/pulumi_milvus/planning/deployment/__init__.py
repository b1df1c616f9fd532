"""Deployments: a workload's needs put on nodes and priced, once for each topology that can serve it."""
