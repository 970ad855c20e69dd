"""A key's ARN names its account: KMS finds it there, and its policy decides whom of another account it lets in.

The emulator looks in the caller's account only. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
"""


def _elsewhere(arn):
    """The account of another's key, and the region."""
    from ministack.core.responses import get_account_id

    parts = arn.split(":") if isinstance(arn, str) else []
    if len(parts) < 6 or parts[2] != "kms" or parts[4] == get_account_id():
        return None
    return parts[4], parts[3]


def install() -> None:
    from ministack.core.responses import request_scope
    from ministack.services import kms

    resolve = kms._resolve_key
    policy_of = kms.key_policy_for_arn

    def resolve_anywhere(key_id_or_arn):
        place = _elsewhere(key_id_or_arn)
        if place is None:
            return resolve(key_id_or_arn)
        with request_scope(*place):
            return resolve(key_id_or_arn)

    def policy_anywhere(resource_arn):
        place = _elsewhere(resource_arn)
        if place is None:
            return policy_of(resource_arn)
        with request_scope(*place):
            return policy_of(resource_arn)

    kms._resolve_key = resolve_anywhere
    kms.key_policy_for_arn = policy_anywhere
