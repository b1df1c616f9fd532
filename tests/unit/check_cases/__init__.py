"""Files as people have them, right and wrong by one detail, and what `check` must say of each: written from the rules'
table and the documents, not from the rules' code."""
