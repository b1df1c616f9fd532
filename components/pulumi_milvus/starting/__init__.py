"""A project of a team's own, written from a few answers. Pure: answers in, texts of files out."""
