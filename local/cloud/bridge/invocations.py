"""What every Lambda invocation leaves behind, whoever asked for it: CloudWatch metrics, and retries when EventBridge did.

Also the wait for the worker's log, which would cost a silent function 50 ms a call.
"""

import array
import fcntl
import json
import logging
import sys
import termios
import time

logger = logging.getLogger("bridge.invocations")

_LOG_CAP_SECONDS = 0.25
_LOG_QUIET_SECONDS = 0.001


def _unread(pipe) -> int:
    """How many bytes wait in the pipe."""
    size = array.array("i", [0])
    fcntl.ioctl(pipe.fileno(), termios.FIONREAD, size)
    return size[0]


def _drain_log(worker, *_args, **_kwargs) -> str:
    """The log lines up to now. The worker writes them before its answer, so an empty pipe means that all have come."""
    deadline = time.monotonic() + _LOG_CAP_SECONDS
    pipe = worker._proc.stderr if worker._proc else None
    lines = []
    quiet = 0
    while quiet < 2 and time.monotonic() < deadline:
        time.sleep(_LOG_QUIET_SECONDS)
        got = worker._drain_stderr()
        lines += [got] if got else []
        quiet = quiet + 1 if not got and (pipe is None or pipe.closed or _unread(pipe) == 0) else 0
    return "\n".join(lines)


def _install_metrics(lambda_svc) -> None:
    emit = lambda_svc._emit_lambda_metrics
    dispatch = lambda_svc._execute_function_dispatch

    def dispatch_and_measure(func, config, event, request_id, started):
        failed = True
        try:
            result = dispatch(func, config, event, request_id, started)
            failed = bool(result.get("error")) if isinstance(result, dict) else False
            return result
        finally:
            duration = (time.time() - started) * 1000.0
            emit(config.get("FunctionName", "unknown"), duration_ms=duration, error=failed, throttle=False)

    def only_throttles(name, duration_ms, error, throttle):
        # The emulator counts a direct invocation in the API and nothing else; here each is counted where it runs.
        if throttle and duration_ms == 0.0:
            emit(name, duration_ms=0.0, error=error, throttle=True)

    lambda_svc._execute_function_dispatch = dispatch_and_measure
    lambda_svc._emit_lambda_metrics = only_throttles


def _deliver_to_lambda(arn: str, payload: str) -> None:
    """EventBridge invokes asynchronously: two retries, then the function's dead-letter target."""
    from ministack.services import lambda_svc

    try:
        event = json.loads(payload)
    except (json.JSONDecodeError, TypeError):
        event = {"body": payload}
    func, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not func or not config:
        logger.warning("EventBridge -> Lambda: function %s not found", name)
        return
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(func, config), event)


def install() -> None:
    from ministack.core import lambda_runtime
    from ministack.services import eventbridge, lambda_svc

    if sys.platform != "win32":
        lambda_runtime.Worker._drain_stderr_bounded = _drain_log
    _install_metrics(lambda_svc)
    eventbridge._dispatch_to_lambda = _deliver_to_lambda
