"""Finding an engine, or making one: the order of preference in one place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from pulumi_milvus.engine import build, installer, path
from pulumi_milvus.engine.bin_folder import fill
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import Clone
from pulumi_milvus.engine.progress import say
from pulumi_milvus.engine.versions import PULUMI


@dataclass(frozen=True)
class Engine:
    """A usable Pulumi engine."""

    cli: Path
    source: str
    """``path``, ``installer`` or ``build``"""
    official_host: Path | None
    passed_over: tuple[str, ...] = ()

    def summary(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {name: str(value) if isinstance(value, Path) else value for name, value in asdict(self).items()}


def where() -> Engine | None:
    """The engine that is here already, without fetching or building anything."""
    on_path = path.find_cli()
    if on_path.cli is not None:
        return _engine(on_path.cli, "path", on_path.passed_over)
    installed = installer.installed()
    if installed is not None:
        return _engine(installed / "pulumi", "installer", on_path.passed_over)
    built = build.built()
    if built is not None:
        return _engine(built / "pulumi", "build", on_path.passed_over)
    return None


def ensure(clone: Clone) -> tuple[Path, Engine]:
    """The clone's bin folder with an engine in it, which is found or made first."""
    engine = where() or _make()
    for reason in engine.passed_over:
        say(reason)
    exec_script = None
    if engine.official_host is None:
        if not clone.stand_in.is_dir():
            raise EngineError(
                f"{engine.cli} has no Python language host (pulumi-language-python) beside it or on PATH.",
                f"Install the complete Pulumi {PULUMI} (https://www.pulumi.com/docs/install), "
                "or work in a clone of pulumi-milvus, which carries a host of its own.",
            )
        exec_script = build.exec_script()
    own_build = engine.source == "build"
    folder = fill(clone, engine.cli, own_build=own_build, exec_script=exec_script, generator=build.generator())
    return folder, engine


def _make() -> Engine:
    passed_over = path.find_cli().passed_over
    for reason in passed_over:
        say(reason)
    folder, reason = installer.try_install()
    if folder is not None:
        return _engine(folder / "pulumi", "installer", passed_over)
    say(f"No fitting `pulumi` on PATH, and {reason}.")
    return _engine(build.build() / "pulumi", "build", passed_over)


def _engine(cli: Path, source: str, passed_over: tuple[str, ...]) -> Engine:
    return Engine(cli, source, path.official_host(cli), passed_over)
