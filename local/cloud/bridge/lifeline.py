"""Ends everything when whoever started the cloud is gone, however it went: its end of our standard input closes."""

import os
import shutil
import signal
import sys
import tempfile
import threading


def _end_with_parent(folder) -> None:
    while os.read(0, 4096):
        pass
    # start.ts made this process the leader of its own group; the Lambda workers are in it.
    if folder is not None and folder == tempfile.gettempdir():
        shutil.rmtree(folder, ignore_errors=True)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def install() -> None:
    if os.getpgid(0) != os.getpid():
        sys.exit("the local cloud must lead its own process group: start it with start.ts")
    # Taken out of the environment, which the functions inherit.
    folder = os.environ.pop("CINCH_CLOUD_DIR", None)
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True, name="lifeline").start()
