"""What Lambda asks of an execution role, and of whoever attaches a VPC, before it takes a change.

Asked when a function or mapping is changed by a call, not when it is made.
https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from bridge.settling import asked_by_api

_TRACING = ("xray:PutTraceSegments",)
_NETWORK = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
_CALLER_OF_NETWORK = ("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs")
_DESTINATIONS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "lambda": "lambda:InvokeFunction",
                 "events": "events:PutEvents", "s3": "s3:PutObject"}
_NAMES = {"xray": "XRAY", "ec2": "EC2"}


def _invalid(message: str):
    from ministack.core.responses import error_response_json

    return error_response_json("InvalidParameterValueException", message, 400)


def _may(role_arn: str, action: str, resource: str) -> bool:
    from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, _permissions_boundary, evaluate
    from ministack.services import iam

    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    asked = EvalContext(principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/lambda", principal_type="AssumedRole",
                        principal_account=account, action=action, resource_arn=resource, region="")
    limits = _permissions_boundary(iam._roles, name, account)
    return all(evaluate(asked, policies).decision == "Allow" for policies in [_gather_role_policies(name, account), *limits])


def _role_refusal(role_arn: str, actions: tuple):
    for action in actions:
        service, call = action.split(":")
        if not _may(role_arn, action, "*"):
            return _invalid(f"The provided execution role does not have permissions to call {call} on {_NAMES[service]}")
    return None


def _caller_refusal():
    from ministack.core.iam_evaluator import AuthError, enforce
    from ministack.core.responses import error_response_json, get_region
    from ministack.services import lambda_svc

    for action in _CALLER_OF_NETWORK:
        denied = enforce(lambda_svc._request_access_key.get() or "", action, "ec2", get_region(), resource_arn="*")
        if denied is not None and not isinstance(denied, AuthError):
            message = f"User: {denied.principal_arn} is not authorized to perform: {action}"
            return error_response_json("AccessDeniedException", message, 403)
    return None


def _config_refusal(role_arn: str, data: dict):
    if (data.get("TracingConfig") or {}).get("Mode") == "Active":
        refusal = _role_refusal(role_arn, _TRACING)
        if refusal:
            return refusal
    if (data.get("VpcConfig") or {}).get("SubnetIds"):
        return _caller_refusal() or _role_refusal(role_arn, _NETWORK)
    return None


def destination_refusal(role_arn: str, destination: str):
    """The answer when the role may not send there, or None."""
    service = destination.split(":")[2] if destination.startswith("arn:") else ""
    action = _DESTINATIONS.get(service)
    if action is None or _may(role_arn, action, destination):
        return None
    return _invalid(f"The function's execution role does not have permissions to call {action.split(':')[1]} on {destination}")


def _destinations(data: dict) -> list:
    config = data.get("DestinationConfig") or {}
    found = [(config.get(side) or {}).get("Destination") for side in ("OnSuccess", "OnFailure")]
    return [destination for destination in found if destination]


def _role_of(ref: str):
    from ministack.services import lambda_svc

    _record, config, _name = lambda_svc._get_func_record_for_ref(ref)
    return config["Role"] if config else None


def _first_refusal(role_arn, data: dict):
    if role_arn is None or not asked_by_api():
        return None
    return next((refusal for refusal in (destination_refusal(role_arn, one) for one in _destinations(data)) if refusal), None)


def install() -> None:
    from ministack.services import lambda_svc

    update, put_async, update_mapping = lambda_svc._update_config, lambda_svc._put_event_invoke_config, lambda_svc._update_esm

    def update_permitted(name, data):
        record = lambda_svc._functions.get(name)
        role = data.get("Role") or (record or {}).get("config", {}).get("Role")
        refusal = _config_refusal(role, data) if role and asked_by_api() else None
        return refusal or update(name, data)

    def put_async_permitted(name, qualifier, data):
        role = _role_of(f"{name}:{qualifier}" if qualifier else name)
        return _first_refusal(role, data) or put_async(name, qualifier, data)

    def update_mapping_permitted(mapping_id, data):
        mapping = lambda_svc._esms.get(mapping_id)
        role = _role_of(mapping["FunctionArn"]) if mapping else None
        return _first_refusal(role, data) or update_mapping(mapping_id, data)

    lambda_svc._update_config = update_permitted
    lambda_svc._put_event_invoke_config = put_async_permitted
    lambda_svc._update_esm = update_mapping_permitted
