"""Function URLs and HTTP APIs reach a function only when its resource policy lets them in.

https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

import json
import logging

logger = logging.getLogger("bridge.doors")

_FORBIDDEN = json.dumps({"Message": "Forbidden. For troubleshooting Function URL authorization issues, see: "
                         "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}).encode()
_ANYBODY = "anybody"


def _allows(policy: dict, arn: str, action: str, context: dict, service=None) -> bool:
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy

    asked = EvalContext(principal_arn=_ANYBODY, principal_type="Anonymous", principal_account="", action=action,
                        resource_arn=arn, region="", service_context=context)
    return evaluate_resource_policy(policy, asked, service=service).decision == "Allow"


def _policy_of(account: str, region: str, name: str) -> dict:
    from ministack.core.responses import request_scope
    from ministack.services import lambda_svc

    with request_scope(account, region):
        return (lambda_svc._functions.get(name) or {}).get("policy") or {}


def url_is_open(account: str, region: str, name: str, qualifier) -> bool:
    """Both grants that a URL without authentication needs since October 2025."""
    arn = f"arn:aws:lambda:{region}:{account}:function:{name}" + (f":{qualifier}" if qualifier else "")
    policy = _policy_of(account, region, name)
    by_url = _allows(policy, arn, "lambda:InvokeFunctionUrl", {"lambda:functionurlauthtype": "NONE"})
    return by_url and _allows(policy, arn, "lambda:InvokeFunction", {"lambda:invokedviafunctionurl": "true"})


def _api_may_invoke(integration: dict, account: str, region: str, api_id: str, stage: str, method: str, path: str) -> bool:
    from ministack.services import apigateway, lambda_svc

    ref = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
    name, qualifier = lambda_svc._resolve_name_and_qualifier(ref)
    arn = f"arn:aws:lambda:{region}:{account}:function:{name}" + (f":{qualifier}" if qualifier else "")
    source = f"arn:aws:execute-api:{region}:{account}:{api_id}/{stage}/{method}{path}"
    context = {"aws:sourcearn": source, "aws:sourceaccount": account}
    return _allows(_policy_of(account, region, name), arn, "lambda:InvokeFunction", context, "apigateway.amazonaws.com")


def install() -> None:
    from ministack.services import apigateway, lambda_svc

    serve_url, invoke_proxy = lambda_svc.handle_function_url_request, apigateway._invoke_lambda_proxy

    async def serve_open_url(url_id, *args, resolved=None, **kwargs):
        found = resolved or lambda_svc.resolve_function_url(url_id)
        if found is not None and found[4].get("AuthType") == "NONE" and not url_is_open(*found[:4]):
            return 403, {"Content-Type": "application/json", "x-amzn-ErrorType": "AccessDeniedException"}, _FORBIDDEN
        return await serve_url(url_id, *args, resolved=found, **kwargs)

    async def invoke_permitted(integration, api_id, stage, path, method, *args, **kwargs):
        account, region = kwargs.get("owner_account_id"), kwargs.get("owner_region")
        role = integration.get("credentialsArn")
        # The route as it was made, `/orders/{id}`, is what a statement's source ARN names, not the path of this request.
        route_key = args[3] if len(args) > 3 else "$default"
        route = route_key.split(" ", 1)[1] if " " in route_key else path
        if account and region and not role and not _api_may_invoke(integration, account, region, api_id, stage, method, route):
            logger.warning("API %s may not invoke its function: no statement for apigateway.amazonaws.com", api_id)
            return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
        return await invoke_proxy(integration, api_id, stage, path, method, *args, **kwargs)

    lambda_svc.handle_function_url_request = serve_open_url
    apigateway._invoke_lambda_proxy = invoke_permitted
