"""Secrets Manager: the customer key of a secret is really asked, and tags given at creation need their own right.

The emulator never asks KMS for it. https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

import json

from bridge.parameters import Guard

_ENCRYPTS = ("CreateSecret", "PutSecretValue")
# What stands for the ARN when it tries, before a secret is made under a key, whether its caller may use that key.
_VALIDATION = "RequestToValidateKeyAccess"


def _refusal(guard: Guard, data: dict):
    from ministack.services import secretsmanager

    _key, found = secretsmanager._resolve(data.get("SecretId") or data.get("Name"))
    found = found or {}
    # Of a new secret the six characters are not known yet.
    arn = found.get("ARN") or f"arn:aws:secretsmanager:{guard.region}:{guard.account}:secret:{data.get('Name')}-AAAAAA"
    key_id = found.get("KmsKeyId") or data.get("KmsKeyId") or ""
    if guard.action == "CreateSecret" and data.get("Tags"):
        refusal = guard.denied("secretsmanager:TagResource", "secretsmanager", arn)
        if refusal:
            return refusal
    # https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
    if guard.action == "GetSecretValue":
        return guard.key_denied_for("kms:Decrypt", key_id, "SecretARN", arn)
    contexts = [] if guard.action not in _ENCRYPTS else [_VALIDATION, arn] if guard.action == "CreateSecret" else [arn]
    for context in contexts:
        for action in ("kms:GenerateDataKey", "kms:Decrypt"):
            refusal = guard.key_denied_for(action, key_id, "SecretARN", context)
            if refusal:
                return refusal
    return None


def install() -> None:
    from ministack.services import secretsmanager

    handle = secretsmanager.handle_request

    async def handle_guarded(method, path, headers, body, query):
        guard = Guard(headers.get("x-amz-target", "").rsplit(".", 1)[-1], headers, query, "secretsmanager")
        try:
            data = json.loads(body or b"{}")
        except (json.JSONDecodeError, UnicodeDecodeError):
            data = {}
        return _refusal(guard, data) or await handle(method, path, headers, body, query)

    secretsmanager.handle_request = handle_guarded
