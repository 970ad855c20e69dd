"""Organizations as seen from its members: the emulator knows an organization only from its management account.

Who belongs where is asked at the moment of each call, so an account that has left is refused from then on.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import json
import time

_delegates: set = set()
_invitations: dict = {}

# What a delegated administrator reads of the organization; DescribeOrganization is for every member.
_READS = ("ListRoots", "ListAccounts", "DescribeAccount", "ListOrganizationalUnitsForParent", "ListAccountsForParent", "ListParents",
          "DescribeOrganizationalUnit")


def management_of(account: str):
    """The management account of the organization that the account belongs to (its own, perhaps), or None."""
    from ministack.services import organizations

    for management, member in list(organizations._accounts._data):
        if member == account:
            return management
    return None


def organization_of(account: str):
    """The id of the organization that the account belongs to, or None."""
    from ministack.services import organizations

    management = management_of(account)
    found = organizations._orgs.get_scoped(management, None, "self") if management else None
    return found.get("Id") if isinstance(found, dict) else None


def units_of(account: str) -> list:
    """The ids of what the account is in, from its own unit up to the root."""
    from ministack.services import organizations

    management = management_of(account)
    inside = organizations._accounts.get_scoped(management, None, account) or {}
    units = []
    while parent := inside.get("_ParentId"):
        units.append(parent)
        inside = organizations._ous.get_scoped(management, None, parent) or {}
    return units


def paths_of(account: str):
    """aws:PrincipalOrgPaths: `o-id/r-id/ou-id/`, or None outside of every organization."""
    organization = organization_of(account)
    return ["/".join([organization, *reversed(units_of(account)), ""])] if organization else None


def is_delegate(account: str) -> bool:
    return (management_of(account), account) in _delegates


def unit_arn(unit: str, account: str):
    """The ARN of a root or unit of the account's organization."""
    from ministack.services import organizations

    management = management_of(account)
    record = organizations._ous.get_scoped(management, None, unit) or organizations._roots.get_scoped(management, None, unit)
    return (record or {}).get("Arn")


def _answer(body: dict):
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(body).encode()


def _error(code: str, message: str):
    from ministack.core.responses import error_response_json

    return error_response_json(code, message, 400)


def _create_organization(_payload):
    from ministack.core.responses import get_account_id
    from ministack.services import organizations

    if management_of(get_account_id()):
        return _error("AlreadyInOrganizationException", "The AWS account is already a member of an organization.")
    return organizations._describe_organization({})


def _invite(payload):
    """Asks an account that exists already; it joins by accepting (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html)."""
    from ministack.core.responses import get_account_id, new_uuid
    from ministack.services import organizations

    organizations._ensure_org()
    handshake = "h-" + new_uuid().replace("-", "")[:16]
    _invitations[handshake] = (get_account_id(), (payload.get("Target") or {}).get("Id"))
    return _answer({"Handshake": {"Id": handshake, "State": "OPEN", "Action": "INVITE"}})


def _accept(payload):
    from ministack.core.responses import get_account_id
    from ministack.services import organizations

    handshake = payload.get("HandshakeId")
    management, invited = _invitations.get(handshake, (None, None))
    if invited != get_account_id():
        return _error("HandshakeNotFoundException", f"The handshake {handshake} was not found.")
    if management_of(invited):
        return _error("AlreadyInOrganizationException", "The AWS account is already a member of an organization.")
    organization = organizations._orgs.get_scoped(management, None, "self")
    root = next(record for (owner, _id), record in organizations._roots._data.items() if owner == management)
    organizations._accounts.set_scoped(management, None, invited, {
        "Id": invited, "Arn": f"arn:aws:organizations::{management}:account/{organization['Id']}/{invited}",
        "Email": f"{invited}@example.com", "Name": invited, "Status": "ACTIVE", "State": "ACTIVE", "JoinedMethod": "INVITED",
        "JoinedTimestamp": int(time.time()), "_ParentId": root["Id"]})
    del _invitations[handshake]
    return _answer({"Handshake": {"Id": handshake, "State": "ACCEPTED", "Action": "INVITE"}})


def _remove_account(payload):
    from ministack.core.responses import get_account_id
    from ministack.services import organizations

    account = payload.get("AccountId")
    if organizations._accounts.get(account) is None:
        return _error("AccountNotFoundException", f"We can't find an account with the AccountId {account}")
    if account == get_account_id():
        return _error("MasterCannotLeaveOrganizationException", "The management account can't leave its organization.")
    del organizations._accounts[account]
    _delegates.discard((get_account_id(), account))
    return _answer({})


def _register_delegate(payload):
    from ministack.core.responses import get_account_id
    from ministack.services import organizations

    account = payload.get("AccountId")
    if organizations._accounts.get(account) is None:
        return _error("AccountNotFoundException", f"We can't find an account with the AccountId {account}")
    _delegates.add((get_account_id(), account))
    return _answer({})


def _for_delegates(call):
    """A member other than the management account is told nothing, unless it is a delegated administrator."""
    from ministack.core.responses import get_account_id, get_region, request_scope

    def ask(payload):
        me = get_account_id()
        management = management_of(me)
        if management is None or management == me:
            return call(payload)
        if not is_delegate(me):
            return _error("AccessDeniedException", "You don't have permissions to access this resource.")
        with request_scope(management, get_region()):
            return call(payload)

    return ask


def install() -> None:
    from ministack.core import iam_evaluator
    from ministack.services import organizations

    own = {"CreateOrganization": _create_organization, "InviteAccountToOrganization": _invite, "AcceptHandshake": _accept,
           "RemoveAccountFromOrganization": _remove_account, "RegisterDelegatedAdministrator": _register_delegate}
    reads = {name: _for_delegates(organizations._DISPATCH[name]) for name in _READS}
    organizations._DISPATCH.update({**own, **reads})
    resolve, reset = iam_evaluator._resolve_condition_key, organizations.reset

    def resolve_condition_key(key, ctx):
        name = key.lower()
        if name == "aws:principalorgpaths":
            return paths_of(ctx.principal_account)
        if name == "aws:resourceorgid":
            return organization_of(iam_evaluator._account_from_arn(ctx.resource_arn) or ctx.principal_account)
        return resolve(key, ctx)

    def reset_all():
        reset()
        _delegates.clear()
        _invitations.clear()

    iam_evaluator._principal_org_id = organization_of
    iam_evaluator._resolve_condition_key = resolve_condition_key
    organizations.reset = reset_all
