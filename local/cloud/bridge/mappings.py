"""An event source mapping that is being updated says so and refuses another update; an empty destination takes it away.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
"""

import time

from bridge.settling import _SETTLE_SECONDS, asked_by_api

_KNOW_DESTINATIONS = ("kinesis", "dynamodb", "kafka")
_updating_until: dict = {}


def _destination_error(data: dict):
    from ministack.core.responses import error_response_json

    failure = (data.get("DestinationConfig") or {}).get("OnFailure")
    if failure is None or "Destination" in failure:
        return None
    message = "The Destination field is required for an OnFailure configuration."
    return error_response_json("InvalidParameterValueException", message, 400)


def install() -> None:
    from ministack.core.responses import error_response_json
    from ministack.services import lambda_svc

    update, answer = lambda_svc._update_esm, lambda_svc._esm_response

    def update_when_settled(mapping_id, data):
        if not asked_by_api():
            return update(mapping_id, data)
        if _updating_until.get(mapping_id, 0) > time.time():
            message = f"Cannot update the event source mapping because it is in use. {mapping_id}"
            return error_response_json("ResourceInUseException", message, 400)
        refusal = _destination_error(data)
        if refusal:
            return refusal
        _updating_until[mapping_id] = time.time() + _SETTLE_SECONDS
        result = update(mapping_id, data)
        if result[0] >= 300:
            del _updating_until[mapping_id]
        return result

    def answer_settling(mapping):
        found = dict(answer(mapping))
        source = (found.get("EventSourceArn") or "arn:::").split(":")[2]
        if source in _KNOW_DESTINATIONS:
            sent = ((found.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
            found["DestinationConfig"] = {"OnFailure": {"Destination": sent} if sent else {}}
        if _updating_until.get(mapping["UUID"], 0) > time.time():
            found["State"] = "Updating"
        return found

    lambda_svc._update_esm = update_when_settled
    lambda_svc._esm_response = answer_settling
