"""SSM parameters: authorized one by one, a SecureString's key is really asked, and who put a value is told.

The emulator authorizes GetParameters on `*`, so a role that may read exactly one parameter could not; it never asks KMS; and to it every
parameter is its account's root's.
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
"""

import json

_STANDARD_BYTES = 4096
_ADVANCED_BYTES = 8192
_MANAGED_KEY = "alias/aws/ssm"
_MANAGED_KEYS = (_MANAGED_KEY, "alias/aws/secretsmanager")


def parameter_arn(name: str, account: str, region: str) -> str:
    """The ARN of a parameter named by name, by ARN, or with a :version or :label behind it."""
    if name.startswith("arn:"):
        return ":".join(name.split(":")[:6])
    bare = name.split(":", 1)[0]
    return f"arn:aws:ssm:{region}:{account}:parameter/{bare.lstrip('/')}"


def names_of(body: bytes) -> list:
    """The parameters that a request names."""
    try:
        data = json.loads(body or b"{}")
    except (json.JSONDecodeError, UnicodeDecodeError):
        return []
    names = data.get("Names") if isinstance(data.get("Names"), list) else [data.get("Name")]
    return [name for name in names if isinstance(name, str) and name]


class Guard:
    """Asks, for one request, whether its caller may also do what SSM or Secrets Manager does on its behalf."""

    def __init__(self, action: str, headers: dict, query: dict, store: str = "ssm"):
        from ministack.core.responses import get_account_id, get_region
        from ministack.core.router import extract_access_key_id

        self.action, self.headers, self.store = action, headers, store
        self.key = extract_access_key_id(headers, query)
        self.account, self.region = get_account_id(), get_region()

    def denied(self, action: str, service: str, arn: str, context=None):
        """The answer to a caller who may not, or None."""
        from ministack.core.iam_actions import access_denied_response
        from ministack.core.iam_evaluator import AuthError, enforce

        found = enforce(self.key, action, service, self.region, resource_arn=arn, service_context=context)
        if found is None or isinstance(found, AuthError):
            return None
        return access_denied_response(self.store, action, found.principal_arn, "", headers=self.headers, resource_arn=arn,
                                      explicit_deny=found.decision == "Deny")

    def key_denied(self, action: str, name: str, key_id: str):
        """Whether the caller may use the customer's key for this parameter; the managed key admits the account."""
        return self.key_denied_for(action, key_id, "PARAMETER_ARN", parameter_arn(name, self.account, self.region))

    def key_denied_for(self, action: str, key_id: str, context_key: str, arn: str):
        from ministack.services import kms

        record = kms._resolve_key(key_id) if key_id and key_id not in _MANAGED_KEYS else None
        if record is None:
            return None
        context = {
            "kms:ViaService": f"{self.store}.{self.region}.amazonaws.com",
            "kms:CallerAccount": self.account,
            f"kms:EncryptionContext:{context_key}": arn,
            "kms:EncryptionContextKeys": [context_key],
        }
        return self.denied(action, "kms", record["Arn"], context)


def _refuse_read(guard, data: dict, body: bytes):
    from ministack.services import ssm

    for name in names_of(body):
        refusal = guard.denied(f"ssm:{guard.action}", "ssm", parameter_arn(name, guard.account, guard.region))
        if refusal:
            return refusal
    for name in names_of(body) if data.get("WithDecryption") else []:
        found, _error = ssm._select_parameter(name)
        if found and found["Type"] == "SecureString":
            refusal = guard.key_denied("kms:Decrypt", found["Name"], found.get("KeyId", ""))
            if refusal:
                return refusal
    return None


def _refuse_write(guard, data: dict):
    from ministack.core.responses import error_response_json
    from ministack.services import kms

    size, tier = len(str(data.get("Value", "")).encode()), data.get("Tier") or "Standard"
    if size > (_STANDARD_BYTES if tier == "Standard" else _ADVANCED_BYTES):
        limit = f"{tier} tier parameters support a maximum parameter value of {_STANDARD_BYTES} characters."
        return error_response_json("ValidationException", limit, 400)
    key_id = data.get("KeyId") if data.get("Type") == "SecureString" else None
    if not key_id or key_id == _MANAGED_KEY:
        return None
    record = kms._resolve_key(key_id)
    if record is None or not record.get("Enabled", True):
        return error_response_json("InvalidKeyId", f"Invalid keyId {key_id}", 400)
    return guard.key_denied("kms:Encrypt" if tier == "Standard" else "kms:GenerateDataKey", data.get("Name", ""), key_id)


def _note_writer(guard, name: str) -> None:
    from bridge.callers import identity_of
    from ministack.services import ssm

    history = ssm._parameter_history.get(name)
    identity = identity_of(guard.key, guard.account)
    if history and identity:
        history[-1]["LastModifiedUser"] = identity["arn"]


def _with_writers(answer):
    """DescribeParameters tells of each parameter who put its value."""
    from ministack.services import ssm

    status, headers, body = answer
    if status != 200:
        return answer
    data = json.loads(body)
    for parameter in data.get("Parameters", []):
        history = ssm._parameter_history.get(parameter["Name"])
        if history:
            parameter["LastModifiedUser"] = history[-1]["LastModifiedUser"]
    return status, headers, json.dumps(data).encode()


def install() -> None:
    from ministack.services import ssm

    handle = ssm.handle_request

    async def handle_guarded(method, path, headers, body, query):
        guard = Guard(headers.get("x-amz-target", "").rsplit(".", 1)[-1], headers, query)
        try:
            data = json.loads(body or b"{}")
        except (json.JSONDecodeError, UnicodeDecodeError):
            data = {}
        refusal = None
        if guard.action in ("GetParameter", "GetParameters", "DeleteParameters"):
            refusal = _refuse_read(guard, data, body)
        elif guard.action == "PutParameter":
            refusal = _refuse_write(guard, data)
        answer = refusal or await handle(method, path, headers, body, query)
        if guard.action == "PutParameter" and answer[0] == 200:
            _note_writer(guard, data.get("Name", ""))
        return _with_writers(answer) if guard.action == "DescribeParameters" else answer

    ssm.handle_request = handle_guarded
