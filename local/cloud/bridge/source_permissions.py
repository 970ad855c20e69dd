"""A queue is a function's source only when the function's role may read it.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
"""

_NEEDED = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def _missing(role_arn: str, queue_arn: str):
    """The first action that the role lacks on the queue, or None."""
    from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, evaluate

    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    policies = _gather_role_policies(name, account)
    for action in _NEEDED:
        asked = EvalContext(principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/lambda", principal_type="AssumedRole",
                            principal_account=account, action=f"sqs:{action}", resource_arn=queue_arn, region="")
        if evaluate(asked, policies).decision != "Allow":
            return action
    return None


def _refusal(function: str, source: str):
    from ministack.services import lambda_svc

    _record, config, _name = lambda_svc._get_func_record_for_ref(function)
    missing = _missing(config["Role"], source) if config and ":sqs:" in source else None
    return f"The provided execution role does not have permissions to call {missing} on SQS" if missing else None


def install() -> None:
    from ministack.services import lambda_svc
    from ministack.services.cloudformation import provisioners

    create = lambda_svc._create_esm
    mapping = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]

    def create_readable(data):
        refusal = _refusal(str(data.get("FunctionName", "")), str(data.get("EventSourceArn", "")))
        if refusal:
            return lambda_svc.error_response_json("InvalidParameterValueException", refusal, 400)
        return create(data)

    def create_from_stack(logical_id, props, stack_name):
        refusal = _refusal(str(props.get("FunctionName", "")), str(props.get("EventSourceArn", "")))
        if refusal:
            raise ValueError(refusal)
        return mapping["create"](logical_id, props, stack_name)

    lambda_svc._create_esm = create_readable
    provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"] = {**mapping, "create": create_from_stack}
