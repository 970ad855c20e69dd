"""A private /opt and /tmp for each Lambda worker, where the machine allows mount namespaces (Linux, as root).

Without it (another system, another user) workers share the machine's /tmp, and exec_wrapper.py maps /opt.
"""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

logger = logging.getLogger("bridge.sandbox")

_found: list = []


def _roots() -> list:
    """What a worker needs to see although it may lie below /opt or /tmp: interpreters and the cloud's own folder."""
    node = shutil.which("node")
    # With a checkout below /tmp, the runtimes of runtime_api.py too.
    paths = [sys.prefix, sys.base_prefix, tempfile.gettempdir(), Path(__file__).resolve().parent / "runtimes"]
    if node:
        paths.append(str(Path(node).resolve().parent.parent))
    return sorted({str(Path(p).resolve()) for p in paths if p})


def available() -> bool:
    return bool(_found and _found[0])


def _mounts(over: str, stage: Path) -> list:
    """Shell commands that put `stage` over a folder, keeping what must stay visible below it."""
    commands = []
    for root in _roots():
        if root.startswith(f"{over}/"):
            inside = stage / root[len(over) + 1:]
            inside.mkdir(parents=True, exist_ok=True)
            # Read-only, as /var/task is: what clears /tmp must not reach it.
            commands += [f"mount --bind '{root}' '{inside}'", f"mount -o remount,ro,bind '{inside}'"]
    return [*commands, f"mount --rbind '{stage}' '{over}'"]


def start(command: list, root: Path, opt, **options) -> subprocess.Popen:
    """Starts the worker, in its own /opt (the layers) and /tmp when possible."""
    if not available():
        return subprocess.Popen(command, **options)
    tmp = root / "tmp"
    tmp.mkdir()
    tmp.chmod(0o1777)
    empty = root / "opt"
    empty.mkdir(exist_ok=True)
    script = " && ".join([*_mounts("/tmp", tmp), *_mounts("/opt", opt or empty), 'cd "$CINCH_WORKER_DIR"',
                          "unset CINCH_WORKER_DIR", 'exec "$0" "$@"'])
    env = {**options.pop("env"), "CINCH_WORKER_DIR": options["cwd"], "TMPDIR": "/tmp"}
    return subprocess.Popen(["unshare", "--mount", "sh", "-c", script, *command], env=env, **options)


def install() -> None:
    probe = None
    wanted = os.environ.pop("CINCH_CLOUD_PRIVATE", "yes") == "yes"
    if wanted and sys.platform == "linux" and shutil.which("unshare") and Path("/opt").is_dir():
        probe = subprocess.run(["unshare", "--mount", "sh", "-c", "mount --bind /opt /opt"], capture_output=True)
    _found[:] = [probe is not None and probe.returncode == 0]
    logger.info("workers have %s /opt and /tmp", "their own" if available() else "the machine's")
