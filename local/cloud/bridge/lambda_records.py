"""How CloudTrail writes Lambda's calls.

https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
"""

from bridge.shapes import recorded

# Older operations carry the date of their API, and some a version; newer ones carry nothing.
_DATED = {
    "AddPermission": "20150331v2",
    "CreateAlias": "20150331",
    "CreateEventSourceMapping": "20150331",
    "CreateFunction": "20150331",
    "DeleteAlias": "20150331",
    "DeleteEventSourceMapping": "20150331",
    "DeleteFunction": "20150331",
    "DeleteFunctionConcurrency": "20171031",
    "DeleteLayerVersion": "20181031",
    "PublishLayerVersion": "20181031",
    "PublishVersion": "20150331",
    "PutFunctionConcurrency": "20171031",
    "RemovePermission": "20150331v2",
    "TagResource": "20170331v2",
    "UntagResource": "20170331v2",
    "UpdateAlias": "20150331",
    "UpdateEventSourceMapping": "20150331",
    "UpdateFunctionCode": "20150331v2",
    "UpdateFunctionConfiguration": "20150331v2",
}


def event_name(call) -> str:
    return call.name + _DATED.get(call.name, "")


def _without_environment(elements: dict) -> dict:
    """That an environment was there is recorded; nothing that is in it, and no error that could quote it."""
    return {**elements, "environment": {}} if "environment" in elements else elements


def _qualified_arn(function: str, region: str, account: str) -> dict:
    parts = function.split(":")
    name = parts[6] if function.startswith("arn:") and len(parts) > 6 else parts[0]
    return {
        "arnPrefix": {"partition": "aws", "region": region, "account": account},
        "relativeId": {"functionName": name},
        "functionQualifier": {},
    }


def request_parameters(call, region: str, account: str) -> dict:
    elements = _without_environment(recorded(call.model.input_shape, call.params) or {})
    if call.name == "UpdateFunctionCode":
        arn = _qualified_arn(str(call.params.get("FunctionName", "")), region, account)
        return {"publish": False, "dryRun": False, **elements, "fullyQualifiedArn": arn}
    return elements


def _without_defaults(elements: dict) -> dict:
    """The emulator answers with these when they are unset too; AWS leaves them out."""
    unset = {"kMSKeyArn": "", "layers": [], "statusCode": 204}
    kept = {name: value for name, value in elements.items() if name not in unset or value != unset[name]}
    if not (kept.get("vpcConfig") or {}).get("subnetIds"):
        kept.pop("vpcConfig", None)
    return kept


def response_elements(call, answer: dict):
    if call.model.output_shape is None:
        return None
    return _without_environment(_without_defaults(recorded(call.model.output_shape, answer) or {})) or None
