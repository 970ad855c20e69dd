"""What runs while its function is changed or deleted ends on the old version, as on AWS. The emulator ends its process.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

import threading

_changing = threading.local()


def install() -> None:
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    end = lambda_runtime.kill_workers
    release = lambda_runtime.release_worker
    invalidate = lambda_runtime.invalidate_worker

    def invalidate_gently(*args, **kwargs):
        _changing.now = True
        try:
            invalidate(*args, **kwargs)
        finally:
            _changing.now = False

    def end_idle(workers):
        if not getattr(_changing, "now", False):
            return end(workers)
        with lambda_runtime._lock:
            # Also one whose process is still to be started: an invocation has it already.
            leased = [worker for worker in workers if worker.in_use]
            for worker in leased:
                worker.is_leaving = True
        end([worker for worker in workers if worker not in leased])

    def release_or_end(worker):
        release(worker)
        if getattr(worker, "is_leaving", False):
            end([worker])

    def give_back_if_broken(invoke):
        def invoke_or_give_back(worker, *args, **kwargs):
            try:
                return invoke(worker, *args, **kwargs)
            except Exception:
                # The emulator never releases a worker that throws.
                release_or_end(worker)
                raise

        return invoke_or_give_back

    lambda_runtime.kill_workers = end_idle
    for kind in (lambda_runtime.Worker, lambda_runtime.ProvidedWorker):
        kind.invoke = give_back_if_broken(kind.invoke)
    for module in (lambda_runtime, lambda_svc):
        module.invalidate_worker = invalidate_gently
        module.release_worker = release_or_end
