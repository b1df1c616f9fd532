"""Fill .venv from a hash-pinned requirements file and install this project into it, if that has not been done.

``.ci/python .ci/install.py requirements.txt``. Only the standard library: it runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LINE_SECONDS = 10.0
# Requirements that are installed with others.
CONTAINED = {
    "requirements-kubernetes": ("requirements",),
    "requirements-aws": ("requirements", "requirements-kubernetes"),
    "requirements-dev": ("requirements", "requirements-kubernetes", "requirements-aws"),
}


def main() -> int:
    """Install what is missing; 0 when all is there."""
    requirements = ROOT / sys.argv[1]
    # Two makes at once must not fill one environment together; the lock is on the folder itself.
    folder = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        if is_done(requirements):
            return 0
        make_venv()
        install(requirements)
    except SystemExit as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        os.close(folder)
    return 0


def stamp(requirements: Path) -> tuple[Path, str]:
    """Where it is written that the environment is filled, and with what."""
    digest = hashlib.sha256()
    for file in (requirements, ROOT / "pyproject.toml", ROOT / "components" / "pulumi_milvus" / "version.py"):
        digest.update(file.read_bytes())
    return VENV / f".installed-{requirements.stem}", f"{ROOT} {digest.hexdigest()}"


def is_done(requirements: Path) -> bool:
    """Whether this very content is installed already."""
    file, wanted = stamp(requirements)
    return PYTHON.exists() and file.is_file() and file.read_text() == wanted


def make_venv() -> None:
    """Make the environment, or mend one that has no working pip."""
    if PYTHON.exists() and quiet([PYTHON, "-m", "pip", "--version"]).returncode == 0:
        return
    say(f"Making the virtual environment {VENV.relative_to(ROOT)} with Python {sys.version.split()[0]}")
    # Asked for with --clear only where an interpreter is there that does not start: its Python was removed.
    broken = VENV.exists() and quiet([PYTHON, "-c", ""]).returncode != 0
    done = quiet([sys.executable, "-m", "venv", *(["--clear"] if broken else []), VENV])
    if done.returncode != 0:
        raise SystemExit(
            f"Making {VENV} failed:\n{(done.stdout + done.stderr).strip()}\n\n"
            "On Debian and Ubuntu the module is a package of its own: install python3-venv and run this again."
        )


def install(requirements: Path) -> None:
    """Let pip do it, with its progress in one line."""
    total = len(re.findall(r"^[A-Za-z0-9].*==", requirements.read_text(), re.MULTILINE))
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
    ]
    follow(f"Python packages ({requirements.name})", [*pip, "--require-hashes", "--no-deps", "-r", requirements], total)
    follow("pulumi-milvus itself", [*pip, "--no-build-isolation", "--no-deps", "--editable", ROOT], 1)
    for stem in (requirements.stem, *CONTAINED.get(requirements.stem, ())):
        file, content = stamp(ROOT / f"{stem}.txt")
        file.write_text(content)


def follow(title: str, command: Sequence[str | Path], total: int) -> None:
    """Run pip and say how far it is: packages fetched, then packages unpacked."""
    say(f"{title}: {total} to check or install")
    started = last_line = time.monotonic()
    before = unpacked()
    output: list[str] = []
    fetched = to_unpack = 0
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pip:
        assert pip.stdout is not None
        os.set_blocking(pip.stdout.fileno(), False)
        pending = b""
        while True:
            running = pip.poll() is None
            pending += pip.stdout.read() or b""
            *lines, pending = pending.split(b"\n")
            for line in (raw.decode(errors="replace").strip() for raw in lines):
                output.append(line)
                fetched += line.startswith(("Collecting ", "Requirement already satisfied", "Ignoring "))
                if line.startswith("Installing collected packages:"):
                    to_unpack = line.count(",") + 1
            if not running:
                break
            if time.monotonic() - last_line >= (0.5 if sys.stderr.isatty() else LINE_SECONDS):
                last_line = time.monotonic()
                elapsed = last_line - started
                if to_unpack:
                    state = f"unpacked {min(unpacked() - before, to_unpack)} of {to_unpack}"
                else:
                    state = f"fetched {fetched} of {total}"
                show(f"{title}: {state}, {elapsed:.0f} s so far")
            time.sleep(0.1)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if pip.returncode != 0:
        tail = "\n".join(output[-15:])
        raise SystemExit(
            f"Installing {title} failed:\n{tail}\n\n"
            "If the package index could not be reached: check the network, HTTPS_PROXY, and pip's own settings "
            "(`python3 -m pip config list`). Then run this again; what was fetched is kept."
        )
    say(f"{title}: done in {time.monotonic() - started:.0f} s")


def unpacked() -> int:
    """How many distributions the environment holds."""
    return sum(1 for _ in VENV.glob("lib/python*/site-packages/*.dist-info"))


def quiet(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run a short command."""
    try:
        return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    except OSError as error:
        return subprocess.CompletedProcess(list(command), 1, "", str(error))


def say(text: str) -> None:
    """A line for people; standard output is kept for results."""
    print(text, file=sys.stderr, flush=True)


def show(text: str) -> None:
    """A line that the next one replaces, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    else:
        say(text)


if __name__ == "__main__":
    sys.exit(main())
