"""One CloudTrail record of one API call.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import datetime
import uuid
from functools import lru_cache

from bridge import apigateway_records, iam_records, lambda_records

_WRITERS = {
    "lambda": lambda_records,
    "iam": iam_records,
    "apigateway": apigateway_records,
    "apigatewayv2": apigateway_records,
}
_SOURCES = {"lambda": "lambda", "iam": "iam", "apigateway": "apigateway", "apigatewayv2": "apigateway"}


def source_of(call) -> str:
    """The service's name in `aws.<name>` and `<name>.amazonaws.com`."""
    return _SOURCES[call.service]


@lru_cache(maxsize=None)
def _parser(protocol: str):
    from botocore.parsers import create_parser

    return create_parser(protocol)


def _parse_answer(call, status: int, headers: dict, body) -> dict:
    raw = {"status_code": status, "headers": {k.lower(): v for k, v in headers.items()},
           "body": body if isinstance(body, bytes) else b""}
    return _parser(call.model.service_model.protocol).parse(raw, call.model.output_shape)


def _error(call, answer: dict) -> dict:
    found = answer.get("Error", {})
    code, message = found.get("Code", "InternalFailure"), found.get("Message", "")
    # IAM answers NoSuchEntity where CloudTrail writes NoSuchEntityException; a denial is AccessDenied everywhere.
    names = {shape.metadata.get("error", {}).get("code", shape.name): shape.name for shape in call.model.error_shapes}
    code = "AccessDenied" if code.startswith("AccessDenied") else names.get(code, code)
    return {"errorCode": code, "errorMessage": message}


def build(call, identity: dict, request: dict, answer: tuple) -> dict:
    """The record. `request` has account, region, requestId, sourceIp, userAgent; `answer` is (status, headers, body)."""
    writer, source = _WRITERS[call.service], source_of(call)
    status, headers, body = answer
    parsed = _parse_answer(call, status, headers, body)
    failed = status >= 300
    region = "us-east-1" if source == "iam" else request["region"]
    host = "iam.amazonaws.com" if source == "iam" else f"{source}.{region}.amazonaws.com"
    return {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{source}.amazonaws.com",
        "eventName": writer.event_name(call),
        "awsRegion": region,
        "sourceIPAddress": request["sourceIp"],
        "userAgent": request["userAgent"],
        **(_error(call, parsed) if failed else {}),
        "requestParameters": writer.request_parameters(call, region, request["account"]) or None,
        "responseElements": None if failed else writer.response_elements(
            call, {k: v for k, v in parsed.items() if k != "ResponseMetadata"}),
        "requestID": request["requestId"],
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": request["account"],
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "clientProvidedHostHeader": host},
    }
