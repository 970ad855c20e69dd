"""The emulator keeps its state without locks because its API handlers run on one event loop.

Whatever reaches that state from another thread must go there too, or a message is lost between another's read and write.
"""

import asyncio
import contextvars


def on_loop(fn, *args):
    """Runs `fn` on the emulator's loop, in the caller's account and region, and waits for its result."""
    from ministack import app

    try:
        if asyncio.get_running_loop() is app._MAIN_LOOP:
            return fn(*args)
    except RuntimeError:
        pass
    context = contextvars.copy_context()

    async def call():
        return context.run(fn, *args)

    return asyncio.run_coroutine_threadsafe(call(), app._MAIN_LOOP).result()
