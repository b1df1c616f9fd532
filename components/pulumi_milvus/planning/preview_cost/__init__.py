"""What the resources of a Pulumi program cost a month: from `pulumi preview --json` or a stack's export. Pure."""
