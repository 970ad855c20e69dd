"""Lambda's resource policies as on AWS: one for each qualifier, each with a revision id of its own that is checked.

https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
"""

import json
import re

_STALE = ("The RevisionId provided does not match the latest RevisionId for the Lambda function or alias. "
          "Call the GetPolicy API to retrieve the latest RevisionId for your resource.")


def _principal(raw: str):
    if raw == "*":
        return "*"
    if raw.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return {"Service": raw}
    return {"AWS": f"arn:aws:iam::{raw}:root" if re.fullmatch(r"\d{12}", raw) else raw}


def _condition(request: dict) -> dict:
    equals = {key: request[name] for name, key in (
        ("SourceAccount", "AWS:SourceAccount"), ("PrincipalOrgID", "aws:PrincipalOrgID"),
        ("FunctionUrlAuthType", "lambda:FunctionUrlAuthType"), ("EventSourceToken", "lambda:EventSourceToken"),
    ) if request.get(name)}
    found = {"StringEquals": equals} if equals else {}
    if request.get("SourceArn"):
        found["ArnLike"] = {"AWS:SourceArn": request["SourceArn"]}
    if "InvokedViaFunctionUrl" in request:
        via = str(request["InvokedViaFunctionUrl"]).lower() == "true"
        found["Bool"] = {"lambda:InvokedViaFunctionUrl": "true" if via else "false"}
    return found


def _statement(request: dict, resource: str) -> dict:
    condition = _condition(request)
    return {
        "Sid": request["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(str(request.get("Principal", ""))),
        "Action": request.get("Action", "lambda:InvokeFunction"),
        "Resource": resource,
        **({"Condition": condition} if condition else {}),
    }


class _Policy:
    """The policy of one qualifier of one function. The emulator keeps all of a function's statements in one list."""

    def __init__(self, service, name: str, qualifier):
        self.service = service
        self.function = service._functions[name]
        self.resource = service._policy_resource_arn(name, qualifier)

    def statements(self) -> list:
        return [s for s in self.function["policy"]["Statement"] if s.get("Resource") == self.resource]

    def revision(self) -> str:
        revisions = self.function.setdefault("bridge_policy_revisions", {})
        return revisions.setdefault(self.resource, self.service.new_uuid())

    def replace(self, statements: list) -> None:
        others = [s for s in self.function["policy"]["Statement"] if s.get("Resource") != self.resource]
        self.function["policy"]["Statement"] = others + statements
        self.function.setdefault("bridge_policy_revisions", {})[self.resource] = self.service.new_uuid()


def install() -> None:
    from ministack.services import lambda_svc as service

    fail = service.error_response_json

    def find(name: str, query, path_qualifier):
        """(policy, None), or (None, the error to answer)."""
        qualifier = service._qualifier_from_path_or_query(path_qualifier, query)
        if name not in service._functions:
            return None, fail("ResourceNotFoundException", f"Function not found: {service._func_arn(name)}", 404)
        error = service._validate_function_qualifier_exists(name, qualifier)
        return (None, error) if error else (_Policy(service, name, qualifier), None)

    def stale(policy, revision):
        # AWS refuses a revision of a policy that is not there, too.
        if revision and (not policy.statements() or revision != policy.revision()):
            return fail("PreconditionFailedException", _STALE, 412)
        return None

    def add(name, data, query_params=None, path_qualifier=None):
        policy, error = find(name, query_params, path_qualifier)
        error = error or stale(policy, data.get("RevisionId"))
        if error:
            return error
        sid = data.get("StatementId") or service.new_uuid()
        if any(s.get("Sid") == sid for s in policy.statements()):
            return fail("ResourceConflictException", f"The statement id ({sid}) provided already exists. Please provide "
                        "a new statement id, or remove the existing statement.", 409)
        added = _statement({**data, "StatementId": sid}, policy.resource)
        policy.replace([*policy.statements(), added])
        return service.json_response({"Statement": json.dumps(added, separators=(",", ":"))}, 201)

    def remove(name, sid, query_params=None, path_qualifier=None):
        policy, error = find(name, query_params, path_qualifier)
        if error:
            return error
        if not any(s.get("Sid") == sid for s in policy.statements()):
            return fail("ResourceNotFoundException", f"Statement {sid} is not found in resource policy.", 404)
        error = stale(policy, service._qp_first(query_params or {}, "RevisionId"))
        if error:
            return error
        policy.replace([s for s in policy.statements() if s.get("Sid") != sid])
        return 204, {}, b""

    def get(name, query_params=None, path_qualifier=None):
        policy, error = find(name, query_params, path_qualifier)
        if error:
            return error
        if not policy.statements():
            return fail("ResourceNotFoundException", "The resource you requested does not exist.", 404)
        document = {"Version": "2012-10-17", "Id": "default", "Statement": policy.statements()}
        return service.json_response({"Policy": json.dumps(document, separators=(",", ":")), "RevisionId": policy.revision()})

    service._add_permission, service._remove_permission, service._get_policy = add, remove, get
