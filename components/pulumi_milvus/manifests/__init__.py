"""From a plan to Kubernetes objects, as plain data: no Pulumi, no network. Sizes are the plan's, none is computed."""
