"""PutPermission as on AWS: an account as principal becomes its root ARN, and a whole policy may be given."""

import json
import re


def statement_of(request: dict, bus: str) -> dict:
    """The statement that PutPermission's single parameters stand for."""
    from ministack.core.responses import get_account_id, get_region

    principal = request.get("Principal", "*")
    if re.fullmatch(r"\d{12}", str(principal)):
        principal = {"AWS": f"arn:aws:iam::{principal}:root"}
    statement = {
        "Sid": request["StatementId"],
        "Effect": "Allow",
        "Principal": principal,
        "Action": request.get("Action", "events:PutEvents"),
        "Resource": f"arn:aws:events:{get_region()}:{get_account_id()}:event-bus/{bus}",
    }
    condition = request.get("Condition")
    if condition:
        statement["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
    return statement


def _put_permission(request: dict):
    from ministack.core.responses import error_response_json, json_response
    from ministack.services import eventbridge

    bus = request.get("EventBusName", "default")
    if bus != "default" and bus not in eventbridge._event_buses:
        return error_response_json("ResourceNotFoundException", f"Event bus {bus} does not exist.", 400)
    if request.get("Policy"):
        eventbridge._event_bus_policies[bus] = json.loads(request["Policy"])
        return json_response({})
    if not request.get("StatementId"):
        return error_response_json("ValidationException", "Parameter(s) StatementId must be specified.", 400)
    policy = eventbridge._event_bus_policies.get(bus) or {"Version": "2012-10-17", "Statement": []}
    kept = [s for s in policy["Statement"] if s.get("Sid") != request["StatementId"]]
    eventbridge._event_bus_policies[bus] = {**policy, "Statement": [*kept, statement_of(request, bus)]}
    return json_response({})


def install() -> None:
    from ministack.services import eventbridge

    eventbridge._put_permission = _put_permission
