"""AWS's managed policies that the emulator's own catalogue lacks, and SimulatePrincipalPolicy as AWS answers it.

The emulator finds no role under a path and forgets the permissions boundary.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

import json

_DENY_ALL = {"Version": "2012-10-17", "Statement": [{"Sid": "DenyAll", "Effect": "Deny", "Action": ["*"], "Resource": "*"}]}
_DECISIONS = {"Allow": "allowed", "Deny": "explicitDeny"}


def _decision(name: str, account: str, action: str, resource: str) -> str:
    from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, _permissions_boundary, evaluate
    from ministack.services import iam

    asked = EvalContext(principal_arn=iam._roles.get_scoped(account, None, name)["Arn"], principal_type="AssumedRole",
                        principal_account=account, action=action, resource_arn=resource, region="")
    limits = _permissions_boundary(iam._roles, name, account)
    found = [evaluate(asked, policies).decision for policies in [_gather_role_policies(name, account), *limits]]
    if "Deny" in found:
        return _DECISIONS["Deny"]
    return _DECISIONS["Allow"] if all(one == "Allow" for one in found) else "implicitDeny"


def _listed(params: dict, name: str) -> list:
    from ministack.services import iam

    found, index = [], 1
    while value := iam._p(params, f"{name}.member.{index}"):
        found.append(value)
        index += 1
    return found


def _simulate_role(params: dict):
    from ministack.core.responses import get_account_id
    from ministack.services import iam

    arn = iam._p(params, "PolicySourceArn") or ""
    name, account = arn.rsplit("/", 1)[-1], get_account_id()
    if iam._roles.get_scoped(account, None, name) is None:
        return iam._error(404, "NoSuchEntity", f"Role {name} does not exist.", ns="iam")
    results = "".join(
        f"<member><EvalActionName>{action}</EvalActionName><EvalResourceName>{resource}</EvalResourceName>"
        f"<EvalDecision>{_decision(name, account, action, resource)}</EvalDecision></member>"
        for action in _listed(params, "ActionNames") for resource in _listed(params, "ResourceArns") or ["*"])
    return iam._xml(200, "SimulatePrincipalPolicyResponse",
                    f"<SimulatePrincipalPolicyResult><EvaluationResults>{results}</EvaluationResults>"
                    "<IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult>", ns="iam")


def install() -> None:
    from ministack.services import iam

    seed, simulate = iam._seed_aws_managed_policies, iam._simulate_principal_policy

    def seed_all():
        seed()
        deny_all = iam._make_aws_managed_record("AWSDenyAll", json.dumps(_DENY_ALL), "Deny all access.")
        iam._aws_managed_policies[deny_all["Arn"]] = deny_all

    def simulate_principal(params):
        is_role = ":role/" in (iam._p(params, "PolicySourceArn") or "")
        return _simulate_role(params) if is_role else simulate(params)

    seed_all()
    iam._seed_aws_managed_policies, iam._simulate_principal_policy = seed_all, simulate_principal
    for table in vars(iam).values():
        if isinstance(table, dict) and table.get("SimulatePrincipalPolicy") is simulate:
            table["SimulatePrincipalPolicy"] = simulate_principal
