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

    def anywhere(find):
        def find_where_it_is(arn):
            place = _elsewhere(arn)
            if place is None:
                return find(arn)
            with request_scope(*place):
                return find(arn)
        return find_where_it_is

    kms._resolve_key = anywhere(kms._resolve_key)
    kms.key_policy_for_arn = anywhere(kms.key_policy_for_arn)
