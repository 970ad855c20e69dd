"""What runs while its function is changed or deleted ends on the old version, as on AWS. The emulator ends its process.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

import threading

_changing = threading.local()


def _runs(worker) -> bool:
    return worker.in_use and worker._proc is not None and worker._proc.poll() is None


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
            running = [worker for worker in workers if _runs(worker)]
            for worker in running:
                worker.is_leaving = True
        end([worker for worker in workers if worker not in running])

    def release_or_end(worker):
        release(worker)
        if getattr(worker, "is_leaving", False):
            end([worker])

    lambda_runtime.kill_workers = end_idle
    for module in (lambda_runtime, lambda_svc):
        module.invalidate_worker = invalidate_gently
        module.release_worker = release_or_end
