"""Actions, resources and condition keys as AWS authorizes them, where the emulator's are coarser.

Without these a role with the least privilege that works on AWS is refused here, or the other way round.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

import contextvars
import json
from urllib.parse import parse_qs

from bridge import operations, organizations
from bridge.parameters import names_of, parameter_arn

# Operations of Lambda whose action has another name.
_LAMBDA_ACTIONS = {
    "GetLayerVersionByArn": "GetLayerVersion",
    "Invoke": "InvokeFunction",
    "InvokeAsync": "InvokeFunction",
    "InvokeWithResponseStream": "InvokeFunction",
}

# A batch needs the right to the single call
# (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html).
_SQS_BATCH = "Batch"

_condition_keys: contextvars.ContextVar[dict] = contextvars.ContextVar("bridge_condition_keys", default={})


def _json(body: bytes) -> dict:
    try:
        data = json.loads(body or b"{}")
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return data if isinstance(data, dict) else {}


def _form(body: bytes, query: dict) -> dict:
    sent = {**parse_qs((body or b"").decode("utf-8", "replace")), **(query or {})}
    return {name: value[0] if isinstance(value, list) else value for name, value in sent.items()}


def _target(headers) -> str:
    """`AWSEvents.DescribeEventBus` -> `DescribeEventBus`."""
    sent = next((value for name, value in (headers or {}).items() if name.lower() == "x-amz-target"), "")
    return str(sent).rsplit(".", 1)[-1]


def _layer_arn(params: dict, account: str, region: str):
    layer, version = params.get("LayerName"), params.get("VersionNumber")
    if not layer:
        return params.get("Arn")
    arn = layer if layer.startswith("arn:") else f"arn:aws:lambda:{region}:{account}:layer:{layer}"
    return f"{arn}:{version}" if version is not None else arn


def _version_arn(call, account: str, region: str):
    """To delete a version is allowed by its own ARN, so that a policy can leave whole functions out."""
    qualifier = call.params.get("Qualifier") if call is not None and call.name == "DeleteFunction" else None
    name = str(call.params.get("FunctionName", "")).split(":function:")[-1].split(":")[0] if qualifier else None
    return f"arn:aws:lambda:{region}:{account}:function:{name}:{qualifier}" if name else None


def _role_arn(form: dict, account: str):
    """With the role's path, which the emulator leaves out."""
    from ministack.services import iam

    name = form.get("RoleName")
    if not name:
        # A simulation names the principal whose rights are asked for.
        return form.get("PolicySourceArn")
    if form.get("Action") == "CreateRole":
        return f"arn:aws:iam::{account}:role{form.get('Path') or '/'}{name}"
    return (iam._roles.get_scoped(account, None, name) or {}).get("Arn")


def _key_owner_arn(form: dict, account: str):
    """AWS authorizes GetAccessKeyLastUsed on the user who has the key."""
    from ministack.services import iam

    key = iam._access_keys.get_scoped(account, None, form.get("AccessKeyId"))
    return (iam._users.get_scoped(account, None, key["UserName"]) or {}).get("Arn") if key else None


def _bus_arn(data: dict, account: str, region: str):
    """The emulator takes `Name` for a rule's, which it is in most other calls."""
    name = data.get("Name") or "default"
    return name if name.startswith("arn:") else f"arn:aws:events:{region}:{account}:event-bus/{name}"


def _rule_arn(data: dict, account: str, region: str):
    """The emulator doesn't know that these calls name their rule in `Rule`."""
    bus = data.get("EventBusName") or "default"
    name = bus.rsplit("/", 1)[-1]
    path = data["Rule"] if name == "default" else f"{name}/{data['Rule']}"
    return f"arn:aws:events:{region}:{account}:rule/{path}"


def _key_arn(data: dict):
    """An alias stands for its key: AWS authorizes the key."""
    from ministack.services import kms

    record = kms._resolve_key(data.get("KeyId")) if data.get("KeyId") else None
    return (record or {}).get("Arn")


def _keys_of(service: str, body: bytes, query: dict, account: str) -> dict:
    if service == "kms":
        context = _json(body).get("EncryptionContext")
        context = context if isinstance(context, dict) else {}
        return {"kms:CallerAccount": account, "kms:EncryptionContextKeys": list(context) or None,
                **{f"kms:EncryptionContext:{key}": value for key, value in context.items()}}
    if service == "events":
        entries = [entry for entry in _json(body).get("Entries") or [] if isinstance(entry, dict)]
        return {"events:source": [entry.get("Source", "") for entry in entries] or None,
                "events:detail-type": [entry.get("DetailType", "") for entry in entries] or None}
    if service == "iam":
        form = _form(body, query)
        return {"iam:PolicyARN": form.get("PolicyArn"), "iam:PermissionsBoundary": form.get("PermissionsBoundary")}
    return {}


def install() -> None:
    from ministack.core import iam_actions, iam_evaluator

    action_of, resource_of, enforce = (
        iam_actions.extract_iam_action, iam_actions.extract_resource_arn, iam_evaluator.enforce)

    def extract_iam_action(service, method, path, headers, body, query):
        call = operations.identify("lambda", method, path, query, body) if service == "lambda" else None
        if call is None:
            action = action_of(service, method, path, headers, body, query)
            return action.removesuffix(_SQS_BATCH) if service == "sqs" and action else action
        return f"lambda:{_LAMBDA_ACTIONS.get(call.name, call.name)}"

    def own_resource(service, method, path, headers, body, query, region, account):
        if service == "ssm" and names_of(body):
            return parameter_arn(names_of(body)[0], account, region)
        if service == "iam":
            form = _form(body, query)
            return _key_owner_arn(form, account) if form.get("AccessKeyId") else _role_arn(form, account)
        if service == "events" and _target(headers) == "DescribeEventBus":
            return _bus_arn(_json(body), account, region)
        if service == "events" and _json(body).get("Rule"):
            return _rule_arn(_json(body), account, region)
        if service == "kms":
            return _key_arn(_json(body))
        if service == "organizations" and _json(body).get("ParentId"):
            return organizations.unit_arn(_json(body)["ParentId"], account)
        if service == "lambda" and "/layers" in path:
            call = operations.identify("lambda", method, path, query, body)
            return _layer_arn(call.params, account, region) if call else None
        if service == "lambda" and method == "DELETE":
            return _version_arn(operations.identify("lambda", method, path, query, body), account, region)
        return None

    def extract_resource_arn(service, method, path, headers, body, query, region, account):
        _condition_keys.set(_keys_of(service, body, query, account))
        own = own_resource(service, method, path, headers, body, query, region, account)
        return own or resource_of(service, method, path, headers, body, query, region, account)

    def enforce_with_keys(access_key, action, service, region, resource_arn="*", service_context=None):
        keys = _condition_keys.get() if action.split(":", 1)[0] == service else {}
        known = {name: value for name, value in keys.items() if value is not None}
        return enforce(access_key, action, service, region, resource_arn=resource_arn,
                       service_context={**known, **(service_context or {})})

    resolve = iam_evaluator._resolve_condition_key

    def resolve_condition_key(key, ctx):
        # Loopback stands for TLS here: policies that refuse plain http are right, and must not stop everything.
        return "true" if key.lower() == "aws:securetransport" else resolve(key, ctx)

    iam_evaluator._resolve_condition_key = resolve_condition_key
    iam_actions.extract_iam_action = extract_iam_action
    iam_actions.extract_resource_arn = extract_resource_arn
    iam_evaluator.enforce = enforce_with_keys
