"""Lambda's paths that the emulator misreads, because it looks for `/url` anywhere in them."""

import re
from urllib.parse import unquote

_POLICY = re.compile(r"/functions/([^/]+)/policy(?:/([^/]+))?/?$")
_URLS = re.compile(r"/functions/([^/]+)/urls/?$")
_NAMED_URL = re.compile(r"/functions/(url[^/]*)(?=/|$)")


def install() -> None:
    from ministack.services import lambda_svc

    handle = lambda_svc.handle_request

    def unambiguous(path: str) -> str:
        """A function whose name begins with `url`, by its ARN."""
        return _NAMED_URL.sub(lambda found: f"/functions/{lambda_svc._func_arn(found.group(1))}", path)

    async def handle_read_right(method, path, headers, body, query):
        path = unquote(path)
        policy, urls = _POLICY.search(path), _URLS.search(path)
        if policy and method == "DELETE" and policy.group(2):
            name, qualifier = lambda_svc._resolve_request_scoped_name_and_qualifier(policy.group(1))
            return lambda_svc._remove_permission(name, policy.group(2), query, qualifier)
        if urls:
            name = lambda_svc._resolve_request_scoped_name(urls.group(1))
            if name not in lambda_svc._functions:
                message = f"Function not found: {lambda_svc._func_arn(name)}"
                return lambda_svc.error_response_json("ResourceNotFoundException", message, 404)
        return await handle(method, unambiguous(path), headers, body, query)

    lambda_svc.handle_request = handle_read_right
