"""Which accounts and regions a StackSet is to be in.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeploymentTargets.html
"""

from bridge import organizations

SERVICE_MANAGED = "SERVICE_MANAGED"


def is_service_managed(props: dict) -> bool:
    return props.get("PermissionModel") == SERVICE_MANAGED


def owner_of(props: dict, caller: str):
    """Whose a StackSet is: the management account's, whoever made it. Raises ValueError when the caller may not make it."""
    if not is_service_managed(props):
        return caller
    management = organizations.management_of(caller)
    as_delegate = props.get("CallAs") == "DELEGATED_ADMIN"
    if management is None or (as_delegate and not organizations.is_delegate(caller)) or (not as_delegate and management != caller):
        raise ValueError("You must be the management account or delegated admin account of an organization before operating "
                         "a SERVICE_MANAGED stack set")
    return management


def _in_units(management: str, units: list) -> list:
    """Active members of the units and of all below them. The management account is never one of them."""
    from ministack.services import organizations as state

    members = [(member, record) for (owner, member), record in list(state._accounts._data.items()) if owner == management]
    return [member for member, record in members
            if member != management and record.get("Status") == "ACTIVE" and set(units) & set(organizations.units_of(member))]


def accounts_of(targets: dict, props: dict, owner: str) -> list:
    named = [str(account) for account in targets.get("Accounts") or []]
    if not is_service_managed(props):
        return named
    units = targets.get("OrganizationalUnitIds") or []
    for unit in units:
        if organizations.unit_arn(unit, owner) is None:
            raise ValueError(f"Organizational unit {unit} not found")
    inside = _in_units(owner, units)
    how = targets.get("AccountFilterType") or ("UNION" if named else "NONE")
    if how == "DIFFERENCE":
        return [account for account in inside if account not in named]
    if how == "INTERSECTION":
        return [account for account in inside if account in named]
    if how == "UNION":
        return inside + [account for account in named if account not in inside and account != owner]
    return inside


def places_of(props: dict, owner: str) -> list:
    """(account, region) of every instance that the groups ask for, region by region."""
    places = []
    for group in props.get("StackInstancesGroup") or []:
        accounts = accounts_of(group.get("DeploymentTargets") or {}, props, owner)
        places += [(account, region) for region in group.get("Regions") or [] for account in accounts]
    return list(dict.fromkeys(places))
