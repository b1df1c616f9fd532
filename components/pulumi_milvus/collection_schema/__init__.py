"""A collection as it is declared, in the terms of Milvus: fields, indexes, functions, load state. Pure."""
