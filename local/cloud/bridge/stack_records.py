"""CloudTrail records of what CloudFormation calls: on AWS a stack's functions and roles are made by API calls as well.

The emulator makes them without a call, so the records are written from the resources' properties.
"""

import json
import logging

from bridge import callers, records
from bridge.operations import Call, service_model

logger = logging.getLogger("bridge.stack_records")

_BY = "cloudformation.amazonaws.com"
# Properties of the resource that are no parameter of the call that makes it.
_NOT_SENT = ("Policies", "ManagedPolicyArns")


def _text(document) -> str:
    return document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))


def _function(physical_id: str, props: dict) -> dict:
    tags = {tag["Key"]: tag["Value"] for tag in props.get("Tags") or []}
    return {**props, "FunctionName": physical_id, "Tags": tags or None}


def _create_role(physical_id: str, props: dict) -> list:
    sent = {name: value for name, value in props.items() if name not in _NOT_SENT}
    role = {**sent, "RoleName": physical_id, "AssumeRolePolicyDocument": _text(props.get("AssumeRolePolicyDocument", {}))}
    return [("iam", "CreateRole", role), *_role_policies(physical_id, props)]


def _role_policies(role: str, props: dict) -> list:
    inline = [("iam", "PutRolePolicy", {"RoleName": role, "PolicyName": policy.get("PolicyName"),
                                        "PolicyDocument": _text(policy.get("PolicyDocument", {}))})
              for policy in props.get("Policies") or []]
    return inline + [("iam", "AttachRolePolicy", {"RoleName": role, "PolicyArn": arn})
                     for arn in props.get("ManagedPolicyArns") or []]


def _change_role(physical_id: str, old: dict, new: dict) -> list:
    trust = _text(new.get("AssumeRolePolicyDocument", {}))
    changed = [("iam", "UpdateAssumeRolePolicy", {"RoleName": physical_id, "PolicyDocument": trust})]
    before = _role_policies(physical_id, old)
    gone = [("iam", "DetachRolePolicy" if name == "AttachRolePolicy" else "DeleteRolePolicy",
             {key: value for key, value in params.items() if key != "PolicyDocument"})
            for _service, name, params in before
            if not any(_same_place(params, now) for _s, _n, now in _role_policies(physical_id, new))]
    added = [call for call in _role_policies(physical_id, new) if call not in before]
    return (changed if old.get("AssumeRolePolicyDocument") != new.get("AssumeRolePolicyDocument") else []) + added + gone


def _same_place(one: dict, other: dict) -> bool:
    return all(one.get(key) == other.get(key) for key in ("PolicyName", "PolicyArn"))


def _put_policy(_physical_id: str, props: dict) -> list:
    document = _text(props.get("PolicyDocument", {}))
    return [("iam", "PutRolePolicy", {"RoleName": role, "PolicyName": props.get("PolicyName"), "PolicyDocument": document})
            for role in props.get("Roles") or []]


def _change_function(physical_id: str, old: dict, new: dict) -> list:
    calls = []
    settings = {name: value for name, value in new.items() if name not in ("Code", "Tags")}
    if settings != {name: value for name, value in old.items() if name not in ("Code", "Tags")}:
        calls.append(("lambda", "UpdateFunctionConfiguration", {**settings, "FunctionName": physical_id}))
    if old.get("Code") != new.get("Code"):
        calls.append(("lambda", "UpdateFunctionCode", {**(new.get("Code") or {}), "FunctionName": physical_id}))
    return calls


def _permission(physical_id: str, props: dict) -> list:
    return [("lambda", "AddPermission", {**props, "StatementId": props.get("Id") or physical_id})]


def _url(_physical_id: str, props: dict) -> list:
    return [("lambda", "CreateFunctionUrlConfig", {**props, "FunctionName": props.get("TargetFunctionArn")})]


def _one(service: str, name: str, params):
    return lambda physical_id, props: [(service, name, params(physical_id, props))]


# type -> what CloudFormation calls when a resource of it is made
_CREATED = {
    "AWS::Lambda::Function": _one("lambda", "CreateFunction", _function),
    "AWS::Lambda::Permission": _permission,
    "AWS::Lambda::Url": _url,
    "AWS::Lambda::Alias": _one("lambda", "CreateAlias", lambda _id, props: props),
    "AWS::Lambda::Version": _one("lambda", "PublishVersion", lambda _id, props: props),
    "AWS::Lambda::EventSourceMapping": _one("lambda", "CreateEventSourceMapping", lambda _id, props: props),
    "AWS::IAM::Role": _create_role,
    "AWS::IAM::Policy": _put_policy,
}
_CHANGED = {
    "AWS::Lambda::Function": _change_function,
    "AWS::IAM::Role": _change_role,
    "AWS::IAM::Policy": lambda physical_id, _old, new: _put_policy(physical_id, new),
}
_DELETED = {
    "AWS::Lambda::Function": _one("lambda", "DeleteFunction", lambda physical_id, _props: {"FunctionName": physical_id}),
    "AWS::Lambda::Permission": _one("lambda", "RemovePermission", lambda physical_id, props: {
        "FunctionName": props.get("FunctionName"), "StatementId": props.get("Id") or physical_id}),
    "AWS::IAM::Role": _one("iam", "DeleteRole", lambda physical_id, _props: {"RoleName": physical_id}),
}


def _answer(service: str, name: str, params: dict) -> tuple:
    """What the call would have answered, as far as Cinch's readers look: a function's configuration, a statement."""
    from ministack.services import lambda_svc

    function = str(params.get("FunctionName", "")).split(":")
    record = lambda_svc._functions.get(function[6] if len(function) > 6 else function[0]) if service == "lambda" else None
    body = {}
    if record and name in ("CreateFunction", "UpdateFunctionConfiguration", "UpdateFunctionCode"):
        body = {key: value for key, value in record["config"].items() if key != "Environment"}
    elif record and name == "AddPermission":
        found = [s for s in record["policy"]["Statement"] if s.get("Sid") == params.get("StatementId")]
        body = {"Statement": _text(found[0])} if found else {}
    empty = f"<{name}Response><{name}Result></{name}Result><ResponseMetadata></ResponseMetadata></{name}Response>"
    text = json.dumps(body, default=str) if service == "lambda" else empty
    return 200, {"content-type": "application/json"}, text.encode()


def _publish(calls: list) -> None:
    from bridge.cloudtrail import publish, stack_caller
    from ministack import app
    from ministack.core.responses import get_account_id, get_region, new_uuid

    account, region = get_account_id(), get_region()
    identity = stack_caller.get() or callers.identity_of(account, account) or {}
    for service, name, params in calls:
        model = service_model(service).operation_model(name)
        members = model.input_shape.members
        call = Call(service, name, model, {k: v for k, v in params.items() if k in members and v is not None})
        request = {"account": account, "region": region, "requestId": new_uuid(), "sourceIp": _BY, "userAgent": _BY}
        record = records.build(call, {**identity, "invokedBy": _BY}, request, _answer(service, name, params))
        app._MAIN_LOOP.call_soon_threadsafe(publish, account, record["awsRegion"], records.source_of(call), record)


def _told(what: str, calls_of, *args) -> None:
    try:
        _publish(calls_of(*args))
    except Exception:
        logger.exception("no CloudTrail record for %s", what)


def install() -> None:
    from ministack.services.cloudformation import provisioners

    def wrap(kind: str, handler: dict) -> dict:
        def create(logical_id, props, stack_name):
            result = handler["create"](logical_id, props, stack_name)
            _told(kind, _CREATED[kind], result[0], props)
            return result

        def update(physical_id, old, new, *rest):
            result = handler["update"](physical_id, old, new, *rest)
            _told(kind, _CHANGED[kind], physical_id, old, new)
            return result

        def delete(physical_id, props, *rest):
            handler["delete"](physical_id, props, *rest)
            _told(kind, _DELETED[kind], physical_id, props)

        ways = {"create": (create, _CREATED), "update": (update, _CHANGED), "delete": (delete, _DELETED)}
        return {**handler, **{way: told for way, (told, known) in ways.items() if way in handler and kind in known}}

    for kind in _CREATED:
        provisioners._RESOURCE_HANDLERS[kind] = wrap(kind, provisioners._RESOURCE_HANDLERS[kind])
