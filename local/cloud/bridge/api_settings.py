"""Calls of API Gateway that the emulator lacks: deleting a stage's access log settings, and changing a custom domain.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-accesslogsettings.html
https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateDomainName.html
"""

import json
from urllib.parse import unquote

_CHANGEABLE = ("securityPolicy", "certificateArn", "certificateName", "regionalCertificateArn", "regionalCertificateName")


def _delete_access_log(apigateway, api_id: str, stage_name: str):
    stage = apigateway._stages.get(api_id, {}).get(stage_name)
    if stage is None:
        return apigateway._apigw_error("NotFoundException", "Invalid stage identifier specified", 404)
    stage.pop("accessLogSettings", None)
    return 204, {}, b""


def _update_domain(apigateway_v1, name: str, body: bytes):
    domain = apigateway_v1._domain_names.get(name)
    if domain is None:
        return apigateway_v1._v1_error("NotFoundException", "Invalid domain name identifier specified", 404)
    for operation in json.loads(body or b"{}").get("patchOperations", []):
        field = operation.get("path", "").lstrip("/")
        if operation.get("op") != "replace" or field not in _CHANGEABLE:
            return apigateway_v1._v1_error("BadRequestException", f"Invalid patch path {operation.get('path')}", 400)
        domain[field] = operation.get("value", "")
    return apigateway_v1._v1_response(domain)


def install() -> None:
    from ministack.services import apigateway, apigateway_v1

    handle, handle_v1 = apigateway.handle_request, apigateway_v1.handle_request

    async def with_access_log(method, path, headers, body, query_params):
        parts = path.strip("/").split("/")
        if method == "DELETE" and len(parts) == 6 and parts[3] == "stages" and parts[5] == "accesslogsettings":
            return _delete_access_log(apigateway, parts[2], unquote(parts[4]))
        return await handle(method, path, headers, body, query_params)

    async def with_domain(method, path, headers, body, query_params):
        parts = path.strip("/").split("/")
        if method == "PATCH" and len(parts) == 2 and parts[0] == "domainnames":
            return _update_domain(apigateway_v1, unquote(parts[1]), body)
        return await handle_v1(method, path, headers, body, query_params)

    apigateway.handle_request = with_access_log
    apigateway_v1.handle_request = with_domain
