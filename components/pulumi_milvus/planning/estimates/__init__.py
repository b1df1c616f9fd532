"""Estimates: what one index weighs at rest, loaded, loading, building, growing, on disk and on a GPU."""
