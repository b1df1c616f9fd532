"""What is needed and why: plain values, no Pulumi, no network, no clock."""
