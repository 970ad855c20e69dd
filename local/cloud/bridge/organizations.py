"""aws:PrincipalOrgID for member accounts: the emulator knows only the organization of its management account."""


def organization_of(account: str):
    """The id of the organization that the account belongs to, or None."""
    from ministack.services import organizations

    for (management, member), _record in list(organizations._accounts._data.items()):
        if member == account:
            found = organizations._orgs.get_scoped(management, None, "self")
            if isinstance(found, dict):
                return found.get("Id")
    return None


def install() -> None:
    from ministack.core import iam_evaluator

    iam_evaluator._principal_org_id = organization_of
