"""Which API operation a request is, and its parameters by their names in the service's model (botocore's)."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, unquote

from bridge.query_params import typed, unflatten

_REST_SERVICES = ("lambda", "apigateway", "apigatewayv2")
_READS = ("Get", "List", "Describe", "Head", "Simulate", "Test", "Export", "Generate", "Batch", "Invoke")


@dataclass(frozen=True)
class Call:
    """One API call: its operation and what it asked for."""

    service: str
    name: str
    model: object
    params: dict

    @property
    def mutates(self) -> bool:
        return not self.name.startswith(_READS)


@lru_cache(maxsize=None)
def service_model(service: str):
    import botocore.session

    return botocore.session.get_session().get_service_model(service)


@lru_cache(maxsize=None)
def _routes(service: str) -> list:
    """(method, path pattern, fixed query, operation), the most specific path first."""
    model = service_model(service)
    routes = []
    for name in model.operation_names:
        operation = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        pattern = "".join(
            (f"(?P<{_group(part)}>.+)" if part.endswith("+}") else f"(?P<{_group(part)}>[^/]+)")
            if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]+\})", path.rstrip("/"))
        )
        fixed = len(re.sub(r"\{[^}]+\}", "", path))
        routes.append((-fixed, operation.http["method"], re.compile(f"{pattern}/?"), parse_qs(query, True), operation))
    return [route[1:] for route in sorted(routes, key=lambda route: route[0])]


def _group(part: str) -> str:
    return re.sub(r"\W", "_", part.strip("{}+"))


def _rest_params(operation, path_values: dict, query: dict, body: bytes) -> dict:
    shape = operation.input_shape
    if shape is None:
        return {}
    try:
        sent = json.loads(body) if body else {}
    except (json.JSONDecodeError, UnicodeDecodeError):
        sent = {}
    params = {}
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        location = member.serialization.get("location")
        if location == "uri":
            value = path_values.get(_group(wire))
            params[name] = typed(member, unquote(value)) if value is not None else None
        elif location == "querystring" and wire in query:
            found = query[wire]
            single = member.type_name == "list" or not isinstance(found, list)
            params[name] = found if single else typed(member, found[0])
        elif location is None and isinstance(sent, dict):
            params[name] = sent.get(wire)
    return {name: value for name, value in params.items() if value is not None}


def _rest_call(service: str, method: str, path: str, query: dict, body: bytes):
    for wanted, pattern, fixed, operation in _routes(service):
        if wanted != method or any(query.get(key) != value for key, value in fixed.items() if value != [""]):
            continue
        match = pattern.fullmatch(path)
        if match:
            return Call(service, operation.name, operation, _rest_params(operation, match.groupdict(), query, body))
    return None


def _query_call(service: str, query: dict, body: bytes):
    sent = {**parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True), **query}
    name = (sent.get("Action") or [""])[0]
    model = service_model(service)
    if name not in model.operation_names:
        return None
    operation = model.operation_model(name)
    values = {key: value[0] if isinstance(value, list) else value for key, value in sent.items()}
    return Call(service, name, operation, unflatten(operation.input_shape, values))


def identify(service: str, method: str, path: str, query: dict, body: bytes):
    """The call, or None when it isn't one of the recorded services' operations."""
    if service == "iam":
        return _query_call("iam", query, body)
    if service == "apigateway":
        service = "apigatewayv2" if path.startswith("/v2/") else "apigateway"
    return _rest_call(service, method, path, query, body) if service in _REST_SERVICES else None
