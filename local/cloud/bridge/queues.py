"""EventBridge's deliveries to SQS happen on the loop, also those that start in the scheduler's thread."""

from bridge.loop import on_loop


def install() -> None:
    from ministack.services import eventbridge

    deliver = eventbridge._dispatch_to_sqs
    eventbridge._dispatch_to_sqs = lambda *args: on_loop(deliver, *args)
