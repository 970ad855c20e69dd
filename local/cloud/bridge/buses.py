"""Event buses across accounts and regions, with the target bus's resource policy checked.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
"""

import contextvars
import json
import logging

logger = logging.getLogger("bridge.buses")

_current_target: contextvars.ContextVar[dict] = contextvars.ContextVar("bridge_current_target", default={})


def bus_policy(account: str, region: str, name: str):
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge

    with request_scope(account, region):
        return eventbridge._event_bus_policies.get(name) or (eventbridge._event_buses.get(name) or {}).get("Policy")


def bus_policy_for_arn(arn: str):
    """(policy, owner account) of a bus that has a policy: what the emulator's authorization asks for."""
    from ministack.core.arn import ArnParseError, parse_arn

    try:
        spec = parse_arn(arn)
    except ArnParseError:
        return None
    if spec.service != "events" or not spec.resource.startswith("event-bus/"):
        return None
    return bus_policy(spec.account_id, spec.region, spec.resource.split("/", 1)[1]), spec.account_id


def _context(principal: str, account: str, bus_arn: str, region: str, entry: dict):
    from ministack.core.iam_evaluator import EvalContext

    return EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole" if ":assumed-role/" in principal else "Root",
        principal_account=account,
        action="events:PutEvents",
        resource_arn=bus_arn,
        region=region,
        service_context={"events:source": entry.get("Source", ""), "events:detail-type": entry.get("DetailType", "")},
    )


def admits(spec, principal: str, account: str, entry: dict) -> bool:
    """Whether the bus's own policy lets this principal of another account put this event."""
    from ministack.core.iam_evaluator import evaluate_resource_policy

    policy = bus_policy(spec.account_id, spec.region, spec.resource.split("/", 1)[1])
    return evaluate_resource_policy(policy, _context(principal, account, str(spec), spec.region, entry)).decision == "Allow"


def _role_session(role_arn: str) -> str:
    parts = role_arn.split(":")
    return f"arn:aws:sts::{parts[4]}:assumed-role/{role_arn.rsplit('/', 1)[-1]}/events"


def _role_may_put(role_arn: str, spec, event: dict) -> bool:
    from ministack.core.iam_evaluator import _gather_role_policies, evaluate

    account = role_arn.split(":")[4]
    policies = _gather_role_policies(role_arn.rsplit("/", 1)[-1], account)
    context = _context(_role_session(role_arn), account, str(spec), spec.region, event)
    return evaluate(context, policies).decision == "Allow"


def _refusal(spec, event: dict, here: str):
    """Why EventBridge would not deliver this event to a bus in another account or region, or None."""
    role = _current_target.get().get("RoleArn")
    if role and not _role_may_put(role, spec, event):
        return f"the rule's role {role} may not put events there"
    if spec.account_id == here:
        return None
    if event.get("Account") != here:
        return "an event received from another account does not travel on to a third"
    principal = _role_session(role) if role else f"arn:aws:iam::{here}:root"
    return None if admits(spec, principal, here, event) else "the bus's policy does not admit the sender"


def _bury(event: dict) -> None:
    """What may not be delivered is not tried again: it goes to the target's dead-letter queue, if it has one."""
    from ministack.core.arn import parse_arn
    from ministack.services import eventbridge

    queue = (_current_target.get().get("DeadLetterConfig") or {}).get("Arn")
    if queue:
        view = eventbridge._pattern_event_view(event)
        eventbridge._dispatch_to_sqs(parse_arn(queue), json.dumps(view.event_with_detail()))


def _forward(spec, event: dict, payload) -> None:
    """The event arrives on the other bus as it was sent: its account and region stay the sender's."""
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge

    name = spec.resource.split("/", 1)[1]
    with request_scope(spec.account_id, spec.region):
        if name != "default" and name not in eventbridge._event_buses:
            logger.warning("event bus %s does not exist: event dropped", spec)
            return
        forwarded = {**event, "EventBusName": name, "_DispatchPath": []}
        if payload is not None:
            forwarded["Detail"] = payload
        eventbridge._dispatch_event(forwarded)
        eventbridge._archive_event({k: v for k, v in forwarded.items() if k != "_DispatchPath"})


def install() -> None:
    from ministack.core import iam_evaluator
    from ministack.core.arn import ArnParseError, parse_arn
    from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, request_scope
    from ministack.services import eventbridge

    invoke_target, dispatch_here, put_here = (
        eventbridge._invoke_target, eventbridge._dispatch_to_event_bus, eventbridge._put_events)

    def invoke_with_target(target, *args):
        token = _current_target.set(target)
        try:
            return invoke_target(target, *args)
        finally:
            _current_target.reset(token)

    def dispatch(spec, event, rule, event_path, payload=None):
        here = (get_account_id(), get_region())
        if (spec.account_id, spec.region) == here or not spec.resource.startswith("event-bus/"):
            return dispatch_here(spec, event, rule, event_path, payload)
        refusal = _refusal(spec, event, here[0])
        if refusal:
            logger.warning("event not delivered to %s: %s", spec, refusal)
            return _bury(event)
        return _forward(spec, event, payload)

    def foreign_bus(entry):
        """The bus of another account (in this region) that the entry names, if it does."""
        try:
            spec = parse_arn(entry.get("EventBusName") or "")
        except (ArnParseError, AttributeError):
            return None
        foreign = spec.service == "events" and spec.account_id != get_account_id() and spec.region == get_region()
        return spec if foreign else None

    def put_abroad(spec, entry):
        event = {**entry, "EventBusName": spec.resource.split("/", 1)[1]}
        sender = get_account_id()
        with request_scope(spec.account_id, spec.region):
            if event["EventBusName"] != "default" and event["EventBusName"] not in eventbridge._event_buses:
                return {"ErrorCode": "ResourceNotFoundException", "ErrorMessage": f"Event bus {spec} does not exist."}
            if str(entry.get("Source", "")).startswith("aws."):
                return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
            record = {
                "EventId": eventbridge.new_uuid(), "Source": entry.get("Source", ""),
                "DetailType": entry.get("DetailType", ""), "Detail": entry.get("Detail", "{}"),
                "EventBusName": event["EventBusName"], "Time": int(eventbridge._now_ts()),
                "Resources": entry.get("Resources", []), "Account": sender, "Region": spec.region,
            }
            eventbridge._dispatch_event(record)
            eventbridge._archive_event(record)
            return {"EventId": record["EventId"]}

    def put_events(data, allow_aws_source=False):
        entries = [e for e in data.get("Entries", []) if isinstance(e, dict)]
        foreign = {id(e): spec for e in entries if (spec := foreign_bus(e)) is not None}
        if not foreign or len(entries) > 10:
            return put_here(data, allow_aws_source)
        caller = iam_evaluator.caller_arn()
        for entry in entries:
            spec = foreign.get(id(entry))
            if spec is not None and not admits(spec, caller, get_account_id(), entry):
                message = (f"User: {caller} is not authorized to perform: events:PutEvents on resource: {spec} "
                           "because no resource-based policy allows the events:PutEvents action")
                return error_response_json("AccessDeniedException", message, 400)
        results = []
        for entry in entries:
            spec = foreign.get(id(entry))
            if spec is not None:
                results.append(put_abroad(spec, entry))
            else:
                results += json.loads(put_here({"Entries": [entry]}, allow_aws_source)[2])["Entries"]
        return json_response({"FailedEntryCount": sum("ErrorCode" in r for r in results), "Entries": results})

    eventbridge._invoke_target = invoke_with_target
    eventbridge._dispatch_to_event_bus = dispatch
    eventbridge._put_events = put_events
    eventbridge.bus_policy_for_arn = bus_policy_for_arn
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["events"] = ("eventbridge", "bus_policy_for_arn")
