"""The concurrency that functions may reserve: of an account's 1000, Lambda keeps 100 for functions that reserve none.

The emulator tells the limit of this machine instead, and lets everything be reserved.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

import json

_ACCOUNT_LIMIT = 1000
_LEAST_UNRESERVED = 100


def _unreserved() -> int:
    from ministack.services import lambda_svc

    records = [lambda_svc._functions[name] for name in lambda_svc._functions.keys()]
    return _ACCOUNT_LIMIT - sum(int(record.get("concurrency") or 0) for record in records)


def _provisioned(record: dict) -> int:
    configs = record.get("provisioned_concurrency", {}).values()
    return sum(int(config.get("RequestedProvisionedConcurrentExecutions") or 0) for config in configs)


def install() -> None:
    from ministack.core.responses import error_response_json
    from ministack.services import lambda_svc

    put, settings = lambda_svc._put_function_concurrency, lambda_svc._get_account_settings

    def put_with_floor(name, data):
        record, wanted = lambda_svc._functions.get(name), data.get("ReservedConcurrentExecutions", 0)
        more = wanted - int((record or {}).get("concurrency") or 0)
        if record and more > 0 and _unreserved() - more < _LEAST_UNRESERVED:
            message = ("Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                       f"below its minimum value of [{_LEAST_UNRESERVED}].")
            return error_response_json("InvalidParameterValueException", message, 400)
        if record and wanted < _provisioned(record):
            message = f"ReservedConcurrentExecutions {wanted} should not be lower than the function's provisioned concurrency."
            return error_response_json("InvalidParameterValueException", message, 400)
        return put(name, data)

    def settings_of_account():
        status, headers, body = settings()
        answer = json.loads(body)
        answer["AccountLimit"].update(ConcurrentExecutions=_ACCOUNT_LIMIT, UnreservedConcurrentExecutions=_unreserved())
        return status, headers, json.dumps(answer).encode()

    lambda_svc._put_function_concurrency = put_with_floor
    lambda_svc._get_account_settings = settings_of_account
