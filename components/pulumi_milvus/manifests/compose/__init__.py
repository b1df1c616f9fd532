"""The self-contained standalone as a Compose file, for one machine with Docker; on Windows through WSL 2."""
