"""The hardware side of planning: machines, what Kubernetes leaves of them, prices, and where pods go."""
