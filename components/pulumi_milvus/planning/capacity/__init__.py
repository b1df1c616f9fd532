"""Capacity: how many pods of each role a workload needs, and what each needs, term by term."""
