"""The tier ``cluster``: a real Kubernetes control plane, see ``control_plane``."""

from control_plane.fixtures import (
    clean_after_test,
    control_plane,
    control_plane_binaries,
    pytest_runtest_makereport,
    pytest_runtest_teardown,
)

__all__ = [
    "clean_after_test",
    "control_plane",
    "control_plane_binaries",
    "pytest_runtest_makereport",
    "pytest_runtest_teardown",
]
