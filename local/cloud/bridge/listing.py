"""ListFunctions with FunctionVersion=ALL answers every published version as well; the emulator's answers $LATEST alone.

https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
"""


def install() -> None:
    from ministack.services import lambda_svc as service

    list_functions = service._list_functions

    def list_all(query_params: dict):
        def first(name: str) -> str:
            return service._qp_first(query_params, name) or ""

        if first("FunctionVersion") != "ALL":
            return list_functions(query_params)
        functions = [service._functions[name] for name in sorted(service._functions.keys())]
        configs = [config for function in functions for config in (
            function["config"], *(function["versions"][v]["config"] for v in sorted(function["versions"], key=int)))]
        start = int(first("Marker") or 0)
        end = start + int(first("MaxItems") or 50)
        more = {"NextMarker": str(end)} if end < len(configs) else {}
        return service.json_response({"Functions": configs[start:end], **more})

    service._list_functions = list_all
