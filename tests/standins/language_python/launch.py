"""Run by a bare Python: ask the kernel to end this process when the host ends, then become the command."""

import os
import signal
import sys

if sys.platform == "linux":
    import ctypes

    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(sys.argv[1]):
        # The host ended before it could be watched.
        sys.exit(1)
try:
    os.execvp(sys.argv[2], sys.argv[2:])
except OSError as error:
    print(f"fork/exec {sys.argv[2]}: {str(error.strerror).lower()}", file=sys.stderr)
    sys.exit(127)
