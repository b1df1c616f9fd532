"""A Python language host for the Pulumi engine, used only where the official ``pulumi-language-python`` is missing.

It does what the official one was recorded to do (``docs`` and the tests name the recordings) in what this project's
own flows touch: programs, plugins run from source, policy packs, installing dependencies. Toolchains pip and uv;
generating code and packing are left to the official host.

``python tests/standins/language_python [--exec-script FILE] ENGINE_ADDRESS`` prints its port and serves.
"""
