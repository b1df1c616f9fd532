"""What files show of a Milvus and its cluster: readers from texts to the facts that rules judge. Pure."""
