"""AWS::CloudFormation::StackSet: without it the emulator takes the type for one that makes nothing, in silence.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html
"""

import logging
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from xml.sax.saxutils import escape

from bridge import stack_instances
from bridge.stack_set_targets import is_service_managed, owner_of, places_of

logger = logging.getLogger("bridge.stack_sets")

_TYPE = "AWS::CloudFormation::StackSet"
_MAX_INLINE_BYTES = 51_200
# What changes who is in a unit.
_MOVES = ("CreateAccount", "MoveAccount", "CloseAccount", "AcceptHandshake", "RemoveAccountFromOrganization")

# StackSet id -> {"owner", "region", "props", "instances": {(account, region): {"stack", "status", "reason"}}}
_stack_sets: dict = {}
# One operation at a time, and automatic deployments in the order in which accounts moved.
_lock = threading.Lock()
_auto = ThreadPoolExecutor(1, "stack-sets")


def _check(props: dict) -> None:
    if len(props.get("TemplateBody", "").encode()) > _MAX_INLINE_BYTES:
        raise ValueError(f"Member must have length less than or equal to {_MAX_INLINE_BYTES}: templateBody")
    if is_service_managed(props) != bool(props.get("AutoDeployment")):
        raise ValueError("AutoDeployment is for SERVICE_MANAGED stack sets, and required there")


def _share(count: int, preferences: dict, kind: str, otherwise: int) -> int:
    """A percentage of the accounts of a region, rounded down (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html)."""
    if f"{kind}Count" in preferences:
        return int(preferences[f"{kind}Count"])
    percentage = preferences.get(f"{kind}Percentage")
    return otherwise if percentage is None else math.floor(count * int(percentage) / 100)


class _Region:
    """The deployment in one region: so many accounts at once, until more have failed than may."""

    def __init__(self, record: dict, places: list, preferences: dict):
        self.record, self.waiting, self.failed = record, list(places), 0
        self.tolerance = _share(len(places), preferences, "FailureTolerance", 0)
        self.at_once = max(1, _share(len(places), preferences, "MaxConcurrent", 1))

    def start(self) -> list:
        """Starts the next accounts. Answers them; none when it is through."""
        if self.failed > self.tolerance:
            for place in self.waiting:
                self.record["instances"].setdefault(place, _instance(self.record)).update(status="OUTDATED", reason="Cancelled")
            self.waiting = []
        now, self.waiting = self.waiting[:self.at_once], self.waiting[self.at_once:]
        return [(place, *self._begin(place)) for place in now]

    def _begin(self, place: tuple) -> tuple:
        known = self.record["instances"].get(place)
        instance = self.record["instances"].setdefault(place, _instance(self.record))
        exists = known is not None and stack_instances.exists(place, known["stack"])
        return instance, stack_instances.start(self.record["props"], place, instance["stack"], exists)

    def finish(self, started: list) -> None:
        for place, instance, complaint in started:
            reason = complaint or stack_instances.outcome(place, instance["stack"])
            instance.update(status="OUTDATED" if reason else "CURRENT", reason=reason)
            self.failed += bool(reason)
            if reason:
                logger.warning("%s in %s: %s", instance["stack"], place, reason)


def _instance(record: dict) -> dict:
    from ministack.core.responses import new_uuid

    return {"stack": f"StackSet-{record['props']['StackSetName']}-{new_uuid()}", "status": "OUTDATED", "reason": ""}


def _deploy(record: dict, places: list, preferences: dict) -> list:
    """Answers why it failed in which place."""
    by_region: dict = {}
    order = preferences.get("RegionOrder") or []
    for place in sorted(places, key=lambda place: order.index(place[1]) if place[1] in order else len(order)):
        by_region.setdefault(place[1], []).append(place)
    regions = [_Region(record, some, preferences) for some in by_region.values()]
    groups = [regions] if preferences.get("RegionConcurrencyType") == "PARALLEL" else [[region] for region in regions]
    for group in groups:
        while started := [(region, begun) for region in group if (begun := region.start())]:
            for region, begun in started:
                region.finish(begun)
        if any(region.failed > region.tolerance for region in group):
            break
    stopped = [region for region in regions if region.failed > region.tolerance]
    return [f"{place}: {record['instances'][place]['reason']}" for region in stopped for place in places
            if place in record["instances"] and record["instances"][place]["reason"]]


def _remove(record: dict, places: list, retain: bool) -> None:
    for place in places:
        instance = record["instances"].pop(place)
        if not retain:
            stack_instances.delete(place, instance["stack"])


def _bring_up(record: dict) -> None:
    """Every instance as the StackSet says, those that it no longer asks for gone."""
    wanted = places_of(record["props"], record["owner"])
    _remove(record, [place for place in record["instances"] if place not in wanted], retain=False)
    failures = _deploy(record, wanted, record["props"].get("OperationPreferences") or {})
    if failures:
        raise ValueError(f"The operation failed in more accounts than it may: {'; '.join(failures[:3])}")


def _follow_moves() -> None:
    """Automatic deployment: who has joined a unit gets the stacks, who has left it loses them or keeps them. It knows no preferences."""
    with _lock:
        following = [record for record in _stack_sets.values() if _says(record, "Enabled")]
        following.sort(key=lambda record: len(_prerequisites(record)))
        for record in reversed(following):
            wanted = places_of(record["props"], record["owner"])
            _remove(record, [place for place in record["instances"] if place not in wanted], _says(record, "RetainStacksOnAccountRemoval"))
        for record in following:
            wanted = places_of(record["props"], record["owner"])
            _deploy(record, [place for place in wanted if place not in record["instances"]],
                    {"MaxConcurrentPercentage": 100, "FailureTolerancePercentage": 100, "RegionConcurrencyType": "PARALLEL"})


def _says(record: dict, what: str) -> bool:
    return (record["props"].get("AutoDeployment") or {}).get(what) in (True, "true")


def _prerequisites(record: dict) -> list:
    """StackSets that come first, and theirs (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_AutoDeployment.html)."""
    ids = [arn.split(":stackset/", 1)[-1] for arn in (record["props"].get("AutoDeployment") or {}).get("DependsOn") or []]
    return ids + [further for one in ids if one in _stack_sets for further in _prerequisites(_stack_sets[one])]


def _follow_in_background() -> None:
    def run():
        try:
            _follow_moves()
        except Exception:
            logger.exception("an automatic deployment failed")

    _auto.submit(run)


def _create(_logical_id, props, _stack_name):
    from ministack.core.responses import get_account_id, get_region, new_uuid

    _check(props)
    owner, region = owner_of(props, get_account_id()), get_region()
    if any(found["owner"] == owner and found["region"] == region and found["props"]["StackSetName"] == props["StackSetName"]
           for found in _stack_sets.values()):
        raise ValueError(f"StackSet {props['StackSetName']} already exists")
    record = {"owner": owner, "region": region, "props": props, "instances": {}}
    stack_set_id = f"{props['StackSetName']}:{new_uuid()}"
    with _lock:
        _stack_sets[stack_set_id] = record
        _bring_up(record)
    return stack_set_id, {"StackSetId": stack_set_id}


def _update(physical_id, _old, props, _stack_name, *_rest):
    _check(props)
    with _lock:
        record = _stack_sets[physical_id]
        record["props"] = props
        _bring_up(record)
    return physical_id, {"StackSetId": physical_id}


def _delete(physical_id, _props):
    with _lock:
        record = _stack_sets.pop(physical_id, None)
        if record:
            _remove(record, list(record["instances"]), retain=False)


def _found(name: str):
    """The StackSet of this name, for its owner and for who may act as delegated administrator."""
    from bridge.organizations import is_delegate, management_of
    from ministack.core.responses import get_account_id, get_region

    me = get_account_id()
    owners = {me, management_of(me)} if is_delegate(me) else {me}
    return next((record for record in _stack_sets.values() if record["props"]["StackSetName"] == name
                 and record["owner"] in owners and record["region"] == get_region()), None)


def _list_instances(params):
    from ministack.services.cloudformation.helpers import _error, _p, _xml

    record = _found(_p(params, "StackSetName"))
    if record is None:
        return _error("StackSetNotFoundException", f"StackSet {_p(params, 'StackSetName')} not found", 404)
    members = "".join(
        f"<member><Account>{account}</Account><Region>{region}</Region><Status>{instance['status']}</Status>"
        f"<StackId>{stack_instances.stack_id((account, region), instance['stack'])}</StackId>"
        f"<StatusReason>{escape(instance['reason'])}</StatusReason></member>"
        for (account, region), instance in list(record["instances"].items()))
    return _xml(200, "ListStackInstancesResponse", f"<ListStackInstancesResult><Summaries>{members}</Summaries></ListStackInstancesResult>")


def install() -> None:
    from ministack.services import cloudformation, organizations
    from ministack.services.cloudformation import provisioners, stacks

    provisioners._RESOURCE_HANDLERS[_TYPE] = {"create": _create, "update": _update, "delete": _delete}
    cloudformation._ACTION_HANDLERS["ListStackInstances"] = _list_instances
    blocks, reset = stacks._runs_on_worker_thread, organizations.reset
    # It waits for other stacks, which the loop has to make meanwhile.
    stacks._runs_on_worker_thread = lambda kind: kind == _TYPE or blocks(kind)

    def moving(call):
        def move(payload):
            answer = call(payload)
            _follow_in_background()
            return answer

        return move

    def reset_all():
        reset()
        _stack_sets.clear()

    organizations._DISPATCH.update({name: moving(organizations._DISPATCH[name]) for name in _MOVES})
    organizations.reset = reset_all
