"""How fast the command line and the planning are: `make bench`. One file a suite, which `bench/__main__.py` lists."""
