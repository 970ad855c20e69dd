"""SQS event source mappings: FIFO groups in parallel, each in order, as Lambda does.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#fifo-supported
"""

import time

from bridge.loop import on_loop

_VISIBILITY_DEFAULT = "30"


def _next_group(queue: dict, now: float):
    """The first group with a visible message and none in flight."""
    busy = {m["group_id"] for m in queue["messages"] if m["visible_at"] > now and m["receive_count"] > 0}
    for message in queue["messages"]:
        if message["visible_at"] <= now and message["group_id"] not in busy:
            return message["group_id"]
    return None


def _take_fifo(queue: dict, limit: int, visibility: int, new_id) -> list:
    """One batch is one group: so several batches can be in flight and a group's order still holds."""
    now = time.time()
    group = _next_group(queue, now)
    taken = []
    for message in queue["messages"]:
        if group is None or len(taken) == limit:
            break
        if message["group_id"] != group or message["visible_at"] > now:
            continue
        message["receipt_handle"] = new_id()
        message["visible_at"] = now + visibility
        message["receive_count"] += 1
        message["first_receive_at"] = message.get("first_receive_at") or now
        taken.append(message)
    return taken


def install() -> None:
    from ministack.services import lambda_svc, sqs

    receive_standard = sqs._receive_messages_for_esm
    delete = sqs._delete_messages_for_esm
    standard_concurrency = lambda_svc._sqs_esm_concurrency

    def receive(url: str, limit: int) -> list:
        queue = sqs._get_q(url)
        if not queue["is_fifo"]:
            return receive_standard(url, limit)
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        for message in queue["messages"]:
            sqs._ensure_msg_fields(message)
        visibility = int(queue["attributes"].get("VisibilityTimeout", _VISIBILITY_DEFAULT))
        return _take_fifo(queue, min(int(limit or 1), 10), visibility, sqs.new_uuid)

    def receive_on_loop(url: str, limit: int) -> list:
        queue = sqs._queues.get(url) or {}
        now = time.time()
        # An idle queue costs no trip to the loop.
        if not any(m.get("visible_at", 0) <= now for m in list(queue.get("messages", []))):
            return []
        return on_loop(receive, url, limit)

    sqs._receive_messages_for_esm = receive_on_loop
    sqs._delete_messages_for_esm = lambda *args: on_loop(delete, *args)
    lambda_svc._sqs_esm_concurrency = lambda mapping, record, config, queue=None: standard_concurrency(
        mapping, record, config, None
    )
