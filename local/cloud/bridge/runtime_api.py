"""Lambda's Runtime API before a function with an exec wrapper, so that a wrapper may put a proxy between the two.

The emulator's workers read invocations as lines from their standard input. Here the same worker runs inside a small runtime
(runtimes/) that asks for them as AWS's own runtimes do: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_RUNTIMES = Path(__file__).resolve().parent / "runtimes"
_NEXT = "/2018-06-01/runtime/invocation/next"
_END = re.compile(r"^/2018-06-01/runtime/invocation/([^/]+)/(response|error)$")
_INIT_ERROR = "/2018-06-01/runtime/init/error"
_LOOK_SECONDS = 1


def command(interpreter: str, worker: str) -> list:
    """What starts the runtime: its client is written in the worker's own language and runs it inside itself."""
    client = "client.py" if Path(worker).suffix == ".py" else "client.cjs"
    return [interpreter, str(_RUNTIMES / client), worker]


class Host:
    """One execution environment's Runtime API. Towards the emulator it has the worker's two pipes."""

    def __init__(self):
        self.process = None
        self._invocations = queue.Queue()
        self._lines = queue.Queue()
        self._ready = False
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def log_message(self, *_):
                pass

            def do_GET(self):  # noqa: N802
                host.next(self) if self.path == _NEXT else self.answer(404)

            def do_POST(self):  # noqa: N802
                host.end(self, self.body())

            def body(self) -> bytes:
                if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                parts = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                return b"".join(parts)

            def answer(self, status: int, body: bytes = b"", headers: dict = {}) -> None:  # noqa: B006
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True, kwargs={"poll_interval": 1}).start()

    def attach(self, process) -> None:
        """Takes the process's pipes and gives it ours."""
        self.process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        process.stdin, process.stdout = self, self
        threading.Thread(target=self._pump, daemon=True).start()

    def _pump(self) -> None:
        for line in self._stdout:
            # What a runtime prints is its log.
            sys.stderr.write(line)
        self._lines.put("")
        self._server.shutdown()
        self._server.server_close()

    # The emulator's side: the first line is the worker's init, each other one an invocation.

    def write(self, line: str) -> int:
        if self._stdin is not None:
            stdin, self._stdin = self._stdin, None
            # The wrapper's environment stands: the configured one is not set again over it.
            stdin.write(json.dumps({**json.loads(line), "env": {}}) + "\n")
            stdin.close()
        else:
            self._invocations.put(json.loads(line))
        return len(line)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self._invocations.put(None)

    def readline(self) -> str:
        return self._lines.get()

    # The runtime's side.

    def next(self, request) -> None:
        if not self._ready:
            self._ready = True
            self._lines.put(json.dumps({"status": "ready", "cold": True}))
        while True:
            try:
                invocation = self._invocations.get(timeout=_LOOK_SECONDS)
                break
            except queue.Empty:
                if self.process is not None and self.process.poll() is not None:
                    request.close_connection = True
                    return
        if invocation is None:
            request.close_connection = True
            return
        context = invocation["ctx"]
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": context["request_id"],
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + context["timeout_ms"]),
            "Lambda-Runtime-Invoked-Function-Arn": context["invoked_function_arn"],
            # What only the emulator's worker knows: tracing, depth of recursion, durable executions.
            "Cinch-Worker-Context": json.dumps(context),
        }
        if context.get("trace_id"):
            headers["Lambda-Runtime-Trace-Id"] = context["trace_id"]
        request.answer(200, json.dumps(invocation["event"]).encode(), headers)

    def end(self, request, body: bytes) -> None:
        found = _END.match(request.path)
        if not found and request.path != _INIT_ERROR:
            request.answer(404)
            return
        request.answer(202)
        if found and found[2] == "response":
            self._lines.put('{"status": "ok", "result": ' + (body.decode() or "null") + "}")
            return
        error = json.loads(body)
        self._lines.put(json.dumps({"status": "error", "error": error["errorMessage"], "trace": "".join(error["stackTrace"])}))
