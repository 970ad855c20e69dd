"""Pseudo parameters in the Conditions of a template: the emulator takes `{"Ref": "AWS::Region"}` there for its own name."""

import functools


def _pseudo() -> dict:
    from ministack.core.responses import get_account_id, get_region

    values = {"AWS::Region": get_region(), "AWS::AccountId": get_account_id(), "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
    return {name: {"Value": value} for name, value in values.items()}


def install() -> None:
    from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

    evaluate = engine._evaluate_conditions

    @functools.wraps(evaluate)
    def with_pseudo(template: dict, params: dict) -> dict:
        return evaluate(template, {**_pseudo(), **params})

    # Each of them has imported it by name.
    for module in (engine, changesets, handlers, provisioners, stacks):
        module._evaluate_conditions = with_pseudo
