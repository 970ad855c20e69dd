"""AssociateKmsKey and DisassociateKmsKey: a key that exists, is enabled, and lets CloudWatch Logs of the region use it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

import json

_NEEDED = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey")


def _lets_logs_use(record: dict, group_arn: str, region: str) -> bool:
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy

    def allows(action: str) -> bool:
        context = {"kms:encryptioncontext:aws:logs:arn": group_arn}
        asked = EvalContext(principal_arn="logs", principal_type="Service", principal_account="", action=action,
                            resource_arn=record["Arn"], region=region, service_context=context)
        return evaluate_resource_policy(record.get("Policy"), asked, service=f"logs.{region}.amazonaws.com").decision == "Allow"

    return all(allows(action) for action in _NEEDED)


def _associate(data: dict):
    from ministack.core.responses import error_response_json, get_region, json_response
    from ministack.services import cloudwatch_logs, kms

    name, key = data.get("logGroupName"), data.get("kmsKeyId") or ""
    group = cloudwatch_logs._log_groups.get(name)
    if group is None:
        return error_response_json("ResourceNotFoundException", "The specified log group does not exist.", 400)
    record = kms._resolve_key(key) if key.startswith("arn:") else None
    group_arn = group["arn"].removesuffix(":*")
    if record is None or not record.get("Enabled") or not _lets_logs_use(record, group_arn, get_region()):
        message = f"The specified KMS key does not exist or is not allowed to be used with Arn '{group_arn}'"
        return error_response_json("InvalidParameterException", message, 400)
    group["kmsKeyId"] = key
    return json_response({})


def _disassociate(data: dict):
    from ministack.core.responses import error_response_json, json_response
    from ministack.services import cloudwatch_logs

    group = cloudwatch_logs._log_groups.get(data.get("logGroupName"))
    if group is None:
        return error_response_json("ResourceNotFoundException", "The specified log group does not exist.", 400)
    group["kmsKeyId"] = None
    return json_response({})


_OPERATIONS = {"AssociateKmsKey": _associate, "DisassociateKmsKey": _disassociate}


def install() -> None:
    from ministack.services import cloudwatch_logs

    handle = cloudwatch_logs.handle_request

    async def handle_keys(method, path, headers, body, query):
        operation = _OPERATIONS.get(headers.get("x-amz-target", "").rsplit(".", 1)[-1])
        return operation(json.loads(body or b"{}")) if operation else await handle(method, path, headers, body, query)

    cloudwatch_logs.handle_request = handle_keys
