"""CloudTrail's records as a bad day delivers them: some two or three times, some late and so out of order. Off unless asked for.

EventBridge delivers at least once and keeps no order
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-what-is-how-it-works-concepts.html).
"""

import asyncio
import json
import logging
import os
import random

logger = logging.getLogger("bridge.delivery")

# Set by start.ts: {"seed": 1, "again": 0.1, "late": 0.1, "maxDelaySeconds": 5}.
_WANTED = "CINCH_CLOUD_DELIVERY"


def _delays(wanted: dict, chance: random.Random) -> list:
    """When the record arrives, in seconds from now: once for each delivery."""
    most = wanted.get("maxDelaySeconds", 5)
    first = chance.uniform(0, most) if chance.random() < wanted["late"] else 0
    repeated = chance.choice((1, 2)) if chance.random() < wanted["again"] else 0
    return [first, *(chance.uniform(0, most) for _ in range(repeated))]


def install() -> None:
    # Taken out of the environment, which the functions inherit.
    text = os.environ.pop(_WANTED, "")
    if not text:
        return
    from bridge import cloudtrail

    wanted = json.loads(text)
    chance = random.Random(wanted["seed"])
    publish = cloudtrail.publish

    def publish_badly(account: str, region: str, source: str, record: dict) -> None:
        delays = _delays(wanted, chance)
        if delays != [0]:
            logger.info("%s arrives %d times, the first after %.2f s", record["eventID"], len(delays), delays[0])
        for delay in delays:
            if delay == 0:
                publish(account, region, source, record)
            else:
                asyncio.get_running_loop().call_later(delay, publish, account, region, source, record)

    cloudtrail.publish = publish_badly
