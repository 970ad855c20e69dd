"""One stack of a StackSet: made, changed and deleted in its own account and region, as CloudFormation does there by its own role."""

import re
import time

from bridge.loop import on_loop

_TIMEOUT_S = 120


def _form(props: dict, stack_name: str) -> dict:
    """The request that CreateStack and UpdateStack take."""
    form = {"StackName": [stack_name], "TemplateBody": [props["TemplateBody"]]}
    for index, parameter in enumerate(props.get("Parameters") or [], 1):
        form[f"Parameters.member.{index}.ParameterKey"] = [parameter["ParameterKey"]]
        form[f"Parameters.member.{index}.ParameterValue"] = [parameter.get("ParameterValue", "")]
    for index, capability in enumerate(props.get("Capabilities") or [], 1):
        form[f"Capabilities.member.{index}"] = [capability]
    return form


def _ask(place: tuple, handler: str, form: dict) -> str:
    """Calls CloudFormation there. Answers its complaint, or an empty text."""
    from ministack.core.responses import request_scope
    from ministack.services.cloudformation import handlers

    from bridge.cloudtrail import stack_caller

    def call():
        # It is not who made the StackSet that makes the stacks.
        token = stack_caller.set(None)
        try:
            with request_scope(*place):
                return getattr(handlers, handler)(form)
        finally:
            stack_caller.reset(token)

    status, _headers, body = on_loop(call)
    if status == 200:
        return ""
    found = re.search(r"<Message>(.*?)</Message>", body.decode("utf-8", "replace"), re.DOTALL)
    return found.group(1) if found else f"HTTP {status}"


def _stack(place: tuple, stack_name: str) -> dict:
    from ministack.services import cloudformation

    return cloudformation._stacks.get_scoped(*place, stack_name) or {}


def _settled(place: tuple, stack_name: str, has_ended) -> str:
    """Waits for the end of what was started. Answers the stack's status."""
    deadline = time.monotonic() + _TIMEOUT_S
    while time.monotonic() < deadline:
        status = _stack(place, stack_name).get("StackStatus", "DELETE_COMPLETE")
        if has_ended(status):
            return status
        time.sleep(0.02)
    return "TIMED_OUT"


def _missing_role(props: dict, place: tuple) -> str:
    """With self-managed permissions each account must have the execution role."""
    from ministack.services import iam

    name = props.get("ExecutionRoleName") or "AWSCloudFormationStackSetExecutionRole"
    if props.get("PermissionModel") == "SERVICE_MANAGED" or iam._roles.get_scoped(place[0], None, name):
        return ""
    return f"Account {place[0]} should have '{name}' role with trust relationship to Role '{props.get('AdministrationRoleARN')}'."


def start(props: dict, place: tuple, stack_name: str, exists: bool) -> str:
    complaint = _missing_role(props, place) or _ask(place, "_update_stack" if exists else "_create_stack", _form(props, stack_name))
    return "" if complaint == "No updates are to be performed." else complaint


def outcome(place: tuple, stack_name: str) -> str:
    """Why the stack is not as it should be, or an empty text."""
    status = _settled(place, stack_name, lambda status: not status.endswith("_IN_PROGRESS"))
    if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return ""
    return f"{status}: {_stack(place, stack_name).get('StackStatusReason', '')}"


def exists(place: tuple, stack_name: str) -> bool:
    return _stack(place, stack_name).get("StackStatus", "DELETE_COMPLETE") not in ("DELETE_COMPLETE", "ROLLBACK_COMPLETE")


def stack_id(place: tuple, stack_name: str) -> str:
    return _stack(place, stack_name).get("StackId", "")


def delete(place: tuple, stack_name: str) -> None:
    if not _ask(place, "_delete_stack", {"StackName": [stack_name]}):
        # It still says what it was for a moment after it was asked to go.
        _settled(place, stack_name, lambda status: status.startswith("DELETE_") and status != "DELETE_IN_PROGRESS")
