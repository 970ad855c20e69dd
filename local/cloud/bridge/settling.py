"""A function that is still changing refuses another change, as on AWS.

https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
"""

import contextvars

# AWS takes a second or more. This is long enough to be met by whoever does not wait.
_SETTLE_SECONDS = 0.2

_asked_by_api: contextvars.ContextVar[bool] = contextvars.ContextVar("bridge_asked_by_api", default=False)


def asked_by_api() -> bool:
    """Whether this change comes from a call of the Lambda API, and not from CloudFormation inside the emulator."""
    return _asked_by_api.get()


def _conflict(config: dict):
    from ministack.core.responses import error_response_json

    why = None
    if config.get("State") == "Pending":
        why = "The function is currently in the following state: Pending"
    elif config.get("LastUpdateStatus") == "InProgress":
        why = f"An update is in progress for resource: {config.get('FunctionArn')}"
    if why is None:
        return None
    return error_response_json("ResourceConflictException", f"The operation cannot be performed at this time. {why}", 409)


def install() -> None:
    from ministack.services import lambda_svc

    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = _SETTLE_SECONDS
    handle = lambda_svc.handle_request

    async def handle_from_api(*args):
        token = _asked_by_api.set(True)
        try:
            return await handle(*args)
        finally:
            _asked_by_api.reset(token)

    def guarded(change):
        def change_when_settled(name, data, *args):
            record = lambda_svc._functions.get(name)
            # CloudFormation waits by itself between its steps: only the API's callers are refused.
            conflict = _conflict(record["config"]) if record and asked_by_api() else None
            return conflict or change(name, data, *args)
        return change_when_settled

    lambda_svc.handle_request = handle_from_api
    for name in ("_update_config", "_update_code", "_publish_version"):
        setattr(lambda_svc, name, guarded(getattr(lambda_svc, name)))
