"""How CloudTrail writes API Gateway's calls: what was in the path and query by name, the body as one `...Input`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/cloudtrail.html
"""

from bridge.shapes import camel, recorded


def event_name(call) -> str:
    return call.name


def request_parameters(call, _region: str, _account: str) -> dict:
    shape = call.model.input_shape
    elements = recorded(shape, call.params) or {}
    placed = {camel(name) for name, member in shape.members.items() if member.serialization.get("location")}
    body = {name: value for name, value in elements.items() if name not in placed}
    parameters = {name: value for name, value in elements.items() if name in placed}
    if body:
        parameters[f"{camel(call.name)}Input"] = body
    if call.service == "apigateway":
        parameters["template"] = False
    return parameters


def response_elements(call, answer: dict):
    if call.model.output_shape is None:
        return None
    return recorded(call.model.output_shape, answer) or None
