"""CloudTrail's userIdentity: who made the call.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import datetime
import time


def _iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _session_context(credential, role: dict, role_name: str) -> dict:
    from ministack.services import sts

    session = sts._sessions.get(credential.access_key_id) or {}
    issuer = {
        "type": "Role",
        "principalId": role.get("RoleId", ""),
        "arn": role.get("Arn") or f"arn:aws:iam::{credential.account_id}:role/{role_name}",
        "accountId": credential.account_id,
        "userName": role_name,
    }
    attributes = {"creationDate": _iso(session.get("IssuedAt") or time.time()), "mfaAuthenticated": "false"}
    return {"sessionIssuer": issuer, "attributes": attributes}


def identity_of(access_key: str, account: str):
    """The userIdentity of this access key's owner, or None when nobody owns it: such calls leave no record."""
    from ministack.core.iam_evaluator import CredentialResolutionError, resolve_credential
    from ministack.services import iam

    credential = resolve_credential(access_key or "", account)
    if isinstance(credential, CredentialResolutionError):
        return None
    identity = {
        "type": "Root",
        "principalId": credential.principal_id,
        "arn": credential.principal_arn,
        "accountId": credential.account_id,
        "accessKeyId": credential.access_key_id,
    }
    if credential.principal_type == "User":
        return {**identity, "type": "IAMUser", "userName": credential.principal_name}
    if credential.principal_type == "AssumedRole":
        role_name, _, session_name = credential.principal_arn.partition(":assumed-role/")[2].partition("/")
        role = iam._roles.get_scoped(credential.account_id, None, role_name) or {}
        principal = f"{role.get('RoleId') or role_name}:{session_name}"
        context = _session_context(credential, role, role_name)
        return {**identity, "type": "AssumedRole", "principalId": principal, "sessionContext": context}
    return identity
