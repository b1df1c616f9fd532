"""One check of preflight a file: what is wanted, what AWS says, and the problems between them."""
