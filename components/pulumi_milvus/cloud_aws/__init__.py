"""A plan and the settings of AWS -> what shall stand in AWS, as plain data: no Pulumi, no SDK, no network."""
