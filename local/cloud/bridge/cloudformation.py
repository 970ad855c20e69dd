"""Resource policies of event buses in CloudFormation: the emulator drops them in silence."""

import json

_EVENT_BUS = "AWS::Events::EventBus"
_EVENT_BUS_POLICY = "AWS::Events::EventBusPolicy"


def _document(policy) -> dict:
    return json.loads(policy) if isinstance(policy, str) else policy


def _set_policy(bus: str, policy) -> None:
    from ministack.services import eventbridge

    if policy:
        eventbridge._event_bus_policies[bus] = _document(policy)
    else:
        eventbridge._event_bus_policies.pop(bus, None)


def _put_statement(bus: str, sid: str, props: dict) -> None:
    from ministack.services import eventbridge

    policy = eventbridge._event_bus_policies.get(bus) or {"Version": "2012-10-17", "Statement": []}
    kept = [s for s in policy["Statement"] if s.get("Sid") != sid]
    statement = props.get("Statement")
    if statement:
        added = {**_document(statement), "Sid": sid}
    else:
        from bridge.bus_permissions import statement_of

        added = statement_of({**props, "StatementId": sid}, bus)
    eventbridge._event_bus_policies[bus] = {**policy, "Statement": [*kept, added]}


def _create_bus_policy(logical_id, props, stack_name):
    bus = props.get("EventBusName") or "default"
    sid = props.get("StatementId") or f"{stack_name}-{logical_id}"
    _put_statement(bus, sid, props)
    return f"{bus}|{sid}", {}


def _update_bus_policy(physical_id, _old, props, _stack_name, *_rest):
    bus, sid = physical_id.split("|", 1)
    _put_statement(bus, sid, props)
    return physical_id, {}


def _delete_bus_policy(physical_id, _props):
    from ministack.services import eventbridge

    bus, sid = physical_id.split("|", 1)
    eventbridge._remove_permission({"EventBusName": bus, "StatementId": sid})


def install() -> None:
    from ministack.services.cloudformation import provisioners

    bus = dict(provisioners._RESOURCE_HANDLERS[_EVENT_BUS])
    create, update = bus["create"], bus["update"]

    def create_bus(logical_id, props, stack_name):
        name, attributes = create(logical_id, props, stack_name)
        _set_policy(name, props.get("Policy"))
        return name, attributes

    def update_bus(physical_id, old, props, *rest):
        result = update(physical_id, old, props, *rest)
        _set_policy(result[0] if isinstance(result, tuple) else physical_id, props.get("Policy"))
        return result

    provisioners._RESOURCE_HANDLERS[_EVENT_BUS] = {**bus, "create": create_bus, "update": update_bus}
    provisioners._RESOURCE_HANDLERS[_EVENT_BUS_POLICY] = {
        "create": _create_bus_policy, "update": _update_bus_policy, "delete": _delete_bus_policy}
