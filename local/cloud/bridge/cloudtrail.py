"""CloudTrail to EventBridge: after each mutating call, its record arrives on the default bus of its account and region.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-aws-service-specific-topics.html
"""

import asyncio
import contextvars
import json
import logging

from bridge import callers, operations, records

logger = logging.getLogger("bridge.cloudtrail")

_RECORDED = ("lambda", "iam", "apigateway")
# EventBridge's limit for one event; CloudTrail's larger ones are lost on AWS too.
_MAX_EVENT_BYTES = 256 * 1024


# Who asked CloudFormation, while it works for them.
stack_caller: contextvars.ContextVar = contextvars.ContextVar("bridge_stack_caller", default=None)


def publish(account: str, region: str, source: str, record: dict) -> None:
    """Puts the record on the default bus, as only AWS's own services can. Runs on the emulator's loop."""
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge

    detail = json.dumps(record, default=str)
    if len(detail.encode()) > _MAX_EVENT_BYTES:
        logger.warning("%s is too large for EventBridge: lost, as on AWS", record["eventName"])
        return
    entry = {"Source": f"aws.{source}", "DetailType": "AWS API Call via CloudTrail", "Detail": detail}
    with request_scope(account, region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _record_call(service, method, path, headers, body, query, request_id, answer) -> None:
    from ministack.core.responses import get_account_id, get_request_client_ip
    from ministack.core.router import extract_access_key_id, extract_region

    call = operations.identify(service, method, path, query, body)
    if call is None or not call.mutates:
        return
    account = get_account_id()
    identity = callers.identity_of(extract_access_key_id(headers, query), account)
    if identity is None:
        return
    request = {"account": account, "region": extract_region(headers, query), "requestId": request_id,
               "sourceIp": get_request_client_ip(), "userAgent": headers.get("user-agent", "")}
    record = records.build(call, identity, request, answer)
    # After the answer has gone out: on AWS nobody's call waits for its own record.
    asyncio.get_running_loop().call_soon(
        publish, account, record["awsRegion"], records.source_of(call), record)


def install() -> None:
    from ministack import app
    from ministack.core.responses import get_account_id
    from ministack.core.router import detect_service, extract_access_key_id

    dispatch = app._dispatch_service_request

    async def dispatch_and_record(method, path, headers, body, query_params, request_id):
        routing = app._routing_params(method, path, headers, body, query_params)
        service = detect_service(method, path, headers, routing)
        if service == "cloudformation":
            stack_caller.set(callers.identity_of(extract_access_key_id(headers, query_params), get_account_id()))
        answer = await dispatch(method, path, headers, body, query_params, request_id)
        try:
            if service in _RECORDED and (method != "GET" or service == "iam"):
                _record_call(service, method, path, headers, body, query_params, request_id, answer)
        except Exception:
            logger.exception("no CloudTrail record for %s %s", method, path)
        return answer

    app._dispatch_service_request = dispatch_and_record
