"""PublishVersion's two conditions, which the emulator reads over (https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html)."""


def _condition_error(config: dict, data: dict):
    from ministack.core.responses import error_response_json

    wanted, now = data.get("CodeSha256"), config.get("CodeSha256")
    if wanted and wanted != now:
        return error_response_json("InvalidParameterValueException", f"CodeSHA256 ({wanted}) is different from current "
                                   f"CodeSHA256 in $LATEST ({now}). Please try again with the CodeSHA256 in $LATEST.", 400)
    revision = data.get("RevisionId")
    if revision and revision != config.get("RevisionId"):
        return error_response_json("PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id. "
                                   "Call the GetFunction/GetAlias API to retrieve the latest Revision Id", 412)
    return None


def install() -> None:
    from ministack.services import lambda_svc

    publish = lambda_svc._publish_version

    def publish_version(name: str, data: dict):
        function = lambda_svc._functions.get(name)
        return (_condition_error(function["config"], data) if function else None) or publish(name, data)

    lambda_svc._publish_version = publish_version
