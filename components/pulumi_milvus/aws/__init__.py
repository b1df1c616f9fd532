"""Components on AWS: network, cluster, nodes, bucket, identity, one machine; and the environment of all of them."""
