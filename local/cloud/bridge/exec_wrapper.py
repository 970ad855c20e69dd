"""AWS_LAMBDA_EXEC_WRAPPER and /opt for functions that run as local processes.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
"""

import logging
import os
import shutil
import subprocess
import tempfile
import threading
import zipfile
from pathlib import Path

from bridge import runtime_api, sandbox

logger = logging.getLogger("bridge.exec_wrapper")

_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
_LAYERS = "_LAMBDA_LAYERS_DIRS"
_EXIT_WAIT_SECONDS = 2
_CLEANED = "CINCH_TMP_ROOT"

_spawn_failure = threading.local()


def _restore_modes(archive: Path, folder: Path) -> None:
    """Unpacking forgot which files are executable. AWS does not: a wrapper zipped without the bit fails there too."""
    with zipfile.ZipFile(archive) as zipped:
        for info in zipped.infolist():
            mode = (info.external_attr >> 16) & 0o777
            path = folder / info.filename
            if mode and path.is_file():
                path.chmod(mode | 0o400)


def _merge_layers(layers: list, opt: Path) -> None:
    """All layers in one /opt, a later one over an earlier one."""
    opt.mkdir()
    for layer in layers:
        _restore_modes(Path(f"{layer}.zip"), Path(layer))
        shutil.copytree(layer, opt, dirs_exist_ok=True, symlinks=True)


def _local_opt(env: dict, opt: Path) -> dict:
    """Without a private /opt, whole values that name a file in it are replaced by where it is on this machine."""
    moved = {}
    for name, value in env.items():
        if value.startswith("/opt/") and (opt / value[len("/opt/"):]).exists():
            moved[name] = str(opt / value[len("/opt/"):])
    return {**env, **moved}


class _Subprocess:
    """Stands in for the subprocess module inside the emulator's worker pool."""

    def __getattr__(self, name):
        return getattr(subprocess, name)

    def Popen(self, command, **options):  # noqa: N802 - the name of what it replaces
        if not Path(command[-1]).name.startswith("_worker."):
            return subprocess.Popen(command, **options)
        env = dict(options.pop("env"))
        root = Path(command[-1]).parent
        layers = [folder for folder in env.get(_LAYERS, "").split(os.pathsep) if folder]
        opt = root / "opt"
        if layers:
            _merge_layers(layers, opt)
        _restore_modes(root / "code.zip", root / "code")
        interpreter = shutil.which(command[0]) or command[0]
        if not sandbox.available():
            # This machine's /tmp is everybody's: Cinch's cleaner gets a folder that nobody uses.
            env = {**_local_opt(env, opt), _CLEANED: tempfile.mkdtemp(dir=root)}
        wrapper = env.get(_WRAPPER)
        if not wrapper:
            return sandbox.start([interpreter, *command[1:]], root, opt if layers else None, env=env, **options)
        host = runtime_api.Host()
        env["AWS_LAMBDA_RUNTIME_API"] = host.address
        command = [wrapper, *runtime_api.command(interpreter, command[-1])]
        host.attach(sandbox.start(command, root, opt if layers else None, env=env, **options))
        return host.process


def _log_of(worker) -> str:
    if worker._stderr_thread is not None:
        worker._stderr_thread.join(timeout=_EXIT_WAIT_SECONDS)
    return worker._drain_stderr()


def _install_init_failures(lambda_runtime, lambda_svc) -> None:
    """A worker that never came up reports as AWS does: Runtime.ExitError with the status, its stderr in the log."""
    spawn = lambda_runtime.Worker._spawn
    execute = lambda_svc._execute_function_warm

    def spawn_or_tell(worker):
        try:
            return spawn(worker)
        except Exception as error:
            status = None
            if worker._proc is not None:
                try:
                    status = worker._proc.wait(timeout=_EXIT_WAIT_SECONDS)
                except subprocess.TimeoutExpired:
                    worker._proc.kill()
            _spawn_failure.found = (status, _log_of(worker), str(error))
            raise

    def execute_or_tell(func, event, request_id):
        _spawn_failure.found = None
        result = execute(func, event, request_id)
        found, _spawn_failure.found = _spawn_failure.found, None
        if found is None or not result.get("error"):
            return result
        status, log, reason = found
        if not reason.startswith("Worker process exited") and status is None:
            return {**result, "log": "\n".join(filter(None, [log, reason]))}
        how = f"exit status {status}" if status is None or status >= 0 else f"signal: {-status}"
        message = f"RequestId: {request_id} Error: Runtime exited with error: {how}"
        return {
            "body": {"errorType": "Runtime.ExitError", "errorMessage": message},
            "error": True,
            "log": "\n".join(filter(None, [log, message, "Runtime.ExitError"])),
        }

    lambda_runtime.Worker._spawn = spawn_or_tell
    lambda_svc._execute_function_warm = execute_or_tell


def install() -> None:
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    lambda_runtime.subprocess = _Subprocess()
    _install_init_failures(lambda_runtime, lambda_svc)
