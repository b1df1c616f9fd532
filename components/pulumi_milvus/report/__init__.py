"""What a pull request would do, as one Markdown comment: from `pulumi preview --json`. Pure."""
