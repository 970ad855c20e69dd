"""Starts the emulator with the bridge installed. Run by start.ts with its standard input as a lifeline."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bridge import (  # noqa: E402
    api_settings,
    authorization,
    aws_policies,
    bus_permissions,
    buses,
    cloudformation,
    cloudtrail,
    concurrency_floor,
    conditions,
    delivery,
    doors,
    draining,
    esm,
    exec_wrapper,
    foreign_keys,
    function_limits,
    invocations,
    lifeline,
    listing,
    log_keys,
    mappings,
    organizations,
    parameters,
    permissions,
    publishing,
    queues,
    role_rights,
    routing,
    sandbox,
    secrets_manager,
    settling,
    source_permissions,
    stack_records,
    stack_sets,
)


def main() -> None:
    lifeline.install()
    sandbox.install()
    from ministack import app

    for part in (queues, esm, invocations, draining, exec_wrapper, permissions, routing, settling, function_limits, publishing, role_rights, mappings,
                 listing, concurrency_floor, log_keys, source_permissions, doors, foreign_keys, parameters, secrets_manager, api_settings, authorization,
                 organizations, bus_permissions, buses, cloudformation, conditions, stack_records, stack_sets, aws_policies, cloudtrail, delivery):
        part.install()
    sys.argv = [sys.argv[0]]
    app.main()


if __name__ == "__main__":
    main()
