"""What Lambda refuses when a function is made or changed, and the emulator lets pass."""

import json

from bridge.settling import asked_by_api

_ENVIRONMENT_BYTES = 4096
_MAX_LAYERS = 5
_MAX_TIMEOUT = 900
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
_RESERVED = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}
_PREFIX = "Lambda was unable to configure your environment variables because the environment variables you have provided "


def _invalid(message: str):
    from ministack.core.responses import error_response_json

    return error_response_json("InvalidParameterValueException", message, 400)


def _environment_error(data: dict):
    variables = (data.get("Environment") or {}).get("Variables") or {}
    reserved = sorted(_RESERVED & set(variables))
    if reserved:
        return _invalid(f"{_PREFIX}contains reserved keys that are currently not supported for modification. "
                        f"Reserved keys used in this request: {', '.join(reserved)}")
    # AWS quotes the variables here; their values stay out of this message.
    if len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode()) > _ENVIRONMENT_BYTES:
        return _invalid(f"{_PREFIX}exceeded the 4KB limit.")
    return None


def _range_error(data: dict):
    from ministack.core.responses import error_response_json

    timeout = data.get("Timeout")
    if isinstance(timeout, int) and not 1 <= timeout <= _MAX_TIMEOUT:
        bound = "less than or equal to 900" if timeout > _MAX_TIMEOUT else "greater than or equal to 1"
        return error_response_json("ValidationException", f"1 validation error detected: Value '{timeout}' at 'timeout' "
                                   f"failed to satisfy constraint: Member must have value {bound}", 400)
    if len(data.get("Layers") or []) > _MAX_LAYERS:
        return _invalid("Cannot reference more than 5 layers.")
    return None


def _trusts_lambda(role: dict) -> bool:
    document = role.get("AssumeRolePolicyDocument") or "{}"
    statements = (json.loads(document) if isinstance(document, str) else document).get("Statement", [])
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal")
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        services = [services] if isinstance(services, str) else services
        if principal == "*" or (statement.get("Effect") == "Allow" and "lambda.amazonaws.com" in services):
            return True
    return False


def _role_error(data: dict):
    from ministack.core.iam_evaluator import AuthError, enforce
    from ministack.core.responses import error_response_json, get_region
    from ministack.services import iam, lambda_svc

    arn = data.get("Role")
    role = iam._roles.get(arn.rsplit("/", 1)[-1]) if isinstance(arn, str) else None
    if role is None:
        return None
    context = {"iam:PassedToService": "lambda.amazonaws.com"}
    denied = enforce(lambda_svc._request_access_key.get() or "", "iam:PassRole", "iam", get_region(), resource_arn=arn,
                     service_context=context)
    if denied is not None and not isinstance(denied, AuthError):
        why = ("with an explicit deny" if denied.decision == "Deny"
               else "because no identity-based policy allows the iam:PassRole action")
        message = f"User: {denied.principal_arn} is not authorized to perform: iam:PassRole on resource: {arn} {why}"
        return error_response_json("AccessDeniedException", message, 403)
    if not _trusts_lambda(role):
        return _invalid("The role defined for the function cannot be assumed by Lambda.")
    return None


def _error(data: dict):
    return _environment_error(data) or _range_error(data) or (_role_error(data) if asked_by_api() else None)


def install() -> None:
    from ministack.services import lambda_svc

    create, update = lambda_svc._create_function, lambda_svc._update_config
    lambda_svc._create_function = lambda data: _error(data) or create(data)
    lambda_svc._update_config = lambda name, data: _error(data) or update(name, data)
