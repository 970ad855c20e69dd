"""A runtime for Python: runs the emulator's worker (its argument) in this process and brings it its lines from the Runtime API."""

import http.client
import json
import os
import sys

_BASE = "/2018-06-01/runtime/"


class _Lines:
    """Both pipes of the worker. It asks for a line when it has written the answer to the last one."""

    def __init__(self, init: str):
        self._init = init
        self._invocation = None
        self._connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def _call(self, method: str, path: str, body=None, headers={}):  # noqa: B006
        self._connection.request(method, _BASE + path, body, headers)
        answer = self._connection.getresponse()
        return answer, answer.read().decode()

    def readline(self) -> str:
        if self._init:
            line, self._init = self._init, ""
            return line
        answer, event = self._call("GET", "invocation/next")
        self._invocation = answer.headers["Lambda-Runtime-Aws-Request-Id"]
        return f'{{"event":{event},"ctx":{answer.headers["Cinch-Worker-Context"]}}}\n'

    def write(self, line: str) -> int:
        answer = json.loads(line)
        if answer["status"] == "ok":
            self._call("POST", f"invocation/{self._invocation}/response", json.dumps(answer["result"]))
        elif answer["status"] == "error":
            error = {"errorMessage": answer["error"], "errorType": "Error", "stackTrace": [answer.get("trace", "")]}
            path = f"invocation/{self._invocation}/error" if self._invocation else "init/error"
            self._call("POST", path, json.dumps(error), {"Lambda-Runtime-Function-Error-Type": "Unhandled"})
        return len(line)

    def flush(self) -> None:
        pass


sys.stdin = sys.stdout = _Lines(sys.stdin.readline())
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(sys.argv[0])
with open(sys.argv[0]) as worker:
    exec(compile(worker.read(), sys.argv[0], "exec"), {"__name__": "__main__"})
