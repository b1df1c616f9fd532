"""The calls of the engine, each handed to the module that knows."""

from __future__ import annotations

import functools
import json
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent import futures
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from language_python import install, packages, plugins, policy, programs
from language_python.children import Children
from language_python.environments import Environment, resolve
from language_python.errors import HostError

VERSION = "3.259.0"
_BAIL = 32
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
# A running plugin keeps its thread for as long as it lives.
_THREADS = 512

_Call = TypeVar("_Call", bound=Callable[..., Any])


def serve(
    engine: str, exec_script: Path | None, generator: Path | None, inherited: Mapping[str, str]
) -> tuple[int, Callable[[], None]]:
    """Start the server; its port, and what ends it and everything it started."""
    children = Children()
    server = grpc.server(futures.ThreadPoolExecutor(_THREADS), options=_UNLIMITED)
    host = Host(engine, exec_script, generator, inherited, children)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    def shut_down() -> None:
        children.end_all(for_good=True)
        server.stop(0)

    return port, shut_down


def _explained(call: _Call) -> _Call:
    """Turn the host's own failures into the call's error."""

    @functools.wraps(call)
    def explained(self: Host, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return call(self, request, context)
        except (HostError, OSError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))

    return explained  # type: ignore[return-value]


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """The language host's service."""

    def __init__(
        self,
        engine: str,
        exec_script: Path | None,
        generator: Path | None,
        inherited: Mapping[str, str],
        children: Children,
    ) -> None:
        self._engine = engine
        self._exec_script = exec_script
        self._generator = generator
        self._inherited = inherited
        self._children = children

    @_explained
    def Handshake(self, request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The engine says where it listens."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    @_explained
    def GetPluginInfo(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The host's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    @_explained
    def GetRequiredPackages(self, request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The plugins of the installed Pulumi packages."""
        found = packages.required(packages.installed(_environment(request.info), self._inherited))
        return language_pb2.GetRequiredPackagesResponse(
            packages=[
                plugin_pb2.PackageDependency(name=item.name, kind="resource", version=item.version, server=item.server)
                for item in found
            ]
        )

    @_explained
    def GetRequiredPlugins(self, request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The same, for older engines."""
        found = packages.required(packages.installed(_environment(request.info), self._inherited))
        return language_pb2.GetRequiredPluginsResponse(
            plugins=[
                plugin_pb2.PluginDependency(name=item.name, kind="resource", version=item.version, server=item.server)
                for item in found
            ]
        )

    @_explained
    def GetProgramDependencies(self, request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """What is installed; without ``transitiveDependencies`` only what nothing else requires."""
        found = packages.installed(_environment(request.info), self._inherited)
        if not request.transitiveDependencies:
            found = packages.direct(found)
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[language_pb2.DependencyInfo(name=item.name, version=item.version) for item in found]
        )

    @_explained
    def About(self, request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The interpreter and its version."""
        environment = _environment(request.info)
        environment.check()
        version = install.output([environment.python, "--version"], environment.variables(self._inherited))
        return language_pb2.AboutResponse(executable=environment.python, version=version.removeprefix("Python "))

    @_explained
    def InstallDependencies(  # noqa: N802
        self, request: Any, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Make the virtual environment and fill it from requirements.txt."""
        environment = _environment(request.info, plugin=request.is_plugin)
        folder = Path(request.directory or request.info.program_directory)
        variables = environment.variables(self._inherited)
        try:
            for command in install.commands(environment, folder, plugin=request.is_plugin):
                yield language_pb2.InstallDependenciesResponse(stdout=f"Running {' '.join(command)}\n".encode())
                for piece in self._stream(context, command, folder, variables):
                    yield language_pb2.InstallDependenciesResponse(**piece)
        except (HostError, OSError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))

    @_explained
    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Run the program to its end."""
        environment = _environment(request.info)
        environment.check()
        environment.synchronise()
        variables = environment.variables(self._inherited)
        variables["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        variables["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
        child = self._children.start(
            [environment.python, "-u", str(self._script()), *self._run_arguments(request)],
            cwd=request.info.program_directory,
            env=variables,
            pipes=False,
            farewell=signal.SIGTERM,
        )
        context.add_callback(lambda: self._children.end(child))
        self._children.forget(child)
        if child.returncode == 0:
            return language_pb2.RunResponse()
        if child.returncode == _BAIL:
            return language_pb2.RunResponse(bail=True)
        if child.returncode < 0:
            name = signal.Signals(-child.returncode).name
            return language_pb2.RunResponse(error=f"Program was ended by signal {name}")
        return language_pb2.RunResponse(error=f"Program exited with non-zero exit code: {child.returncode}")

    @_explained
    def RunPlugin(  # noqa: N802
        self, request: Any, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a provider or a policy pack from its source, for as long as the engine listens."""
        try:
            yield from self._run_plugin(request, context)
        except (HostError, OSError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))

    @_explained
    def GenerateProgram(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Write a Python program from PCL, as `pulumi import` does for what it imported."""
        return programs.generate(request, self._generator, self._children, self._inherited, context)

    @_explained
    def Cancel(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """End what is running."""
        self._children.end_all()
        return empty_pb2.Empty()

    def _run_plugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[language_pb2.RunPluginResponse]:
        analyzer = request.kind == "analyzer"
        environment = _environment(request.info, plugin=not analyzer)
        environment.check()
        environment.synchronise()
        given = dict(item.split("=", 1) for item in request.env if "=" in item)
        variables = environment.variables({**self._inherited, **given})
        program = request.info.program_directory
        command = plugins.command(environment.python, request.kind, program, request.args)
        run = plugins.Run(self._children)
        if not context.add_callback(run.cancel):
            return
        relay = None
        pieces: Iterator[plugins.Piece] = iter(run)
        if analyzer:

            def start(settings: dict[str, str]) -> None:
                try:
                    run.start(command, cwd=program, env={**variables, **settings})
                except OSError as error:
                    run.fail(str(error))

            relay = policy.Relay(start)
            yield language_pb2.RunPluginResponse(stdout=f"{relay.port}\n".encode())
            pieces = policy.split_port(pieces, relay.attach)
        else:
            run.start(command, cwd=request.pwd or program, env=variables)
        try:
            for name, data in pieces:
                yield (
                    language_pb2.RunPluginResponse(stdout=data)
                    if name == "stdout"
                    else language_pb2.RunPluginResponse(stderr=data)
                )
        finally:
            if relay is not None:
                relay.stop()
        yield language_pb2.RunPluginResponse(exitcode=run.exit_code())

    def _stream(
        self, context: grpc.ServicerContext, command: Sequence[str], cwd: Path, env: Mapping[str, str]
    ) -> Iterator[dict[str, bytes]]:
        run = plugins.Run(self._children)
        context.add_callback(run.cancel)
        run.start(command, cwd=cwd, env=env)
        for name, data in run:
            yield {name: data}
        status = run.exit_code()
        if status != 0:
            raise HostError(f"installing dependencies failed: `{' '.join(command)}` ended with {status}")

    def _run_arguments(self, request: Any) -> list[str]:
        values = {
            "--monitor": request.monitor_address,
            "--engine": self._engine,
            "--project": request.project,
            "--root_directory": request.info.root_directory,
            "--stack": request.stack,
            "--pwd": request.info.program_directory,
            "--dry_run": "true" if request.dryRun else "",
            "--parallel": str(request.parallel),
            "--organization": request.organization,
        }
        found = [part for name, value in values.items() if value for part in (name, value)]
        return [*found, request.info.entry_point or ".", *request.args]

    def _script(self) -> Path:
        if self._exec_script is None or not self._exec_script.is_file():
            raise HostError("pulumi-language-python-exec is missing; `make engine` brings it.")
        return self._exec_script


def _environment(info: Any, *, plugin: bool = False) -> Environment:
    options = json_format.MessageToDict(info.options)
    return resolve(options, Path(info.root_directory), Path(info.program_directory), plugin=plugin)
