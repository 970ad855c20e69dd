"""How CloudTrail writes IAM's calls: policy documents stay the JSON text that was sent."""

from bridge.shapes import recorded


def event_name(call) -> str:
    return call.name


def request_parameters(call, _region: str, _account: str) -> dict:
    return recorded(call.model.input_shape, call.params) or {}


def response_elements(call, answer: dict):
    if call.model.output_shape is None:
        return None
    return recorded(call.model.output_shape, answer) or None
