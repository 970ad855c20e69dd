"""Cloud Custodian's own filters on functions read from a file, as one batch a filter: prints {filter: {seconds, matched}} as JSON.

python custodian_filters.py <functions.json> <filters.json>
"""
import copy
import json
import os
import sys
import time

os.environ.update(AWS_DEFAULT_REGION="eu-central-1", AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none")

from c7n.config import Config  # noqa: E402
from c7n.loader import PolicyLoader  # noqa: E402
from c7n.resources import load_resources  # noqa: E402

functions = json.load(open(sys.argv[1], encoding="utf-8"))
filters = json.load(open(sys.argv[2], encoding="utf-8"))
load_resources(("aws.lambda",))
config = Config.empty(
    region="eu-central-1",
    regions=["eu-central-1"],
    account_id="222222222222",
    output_dir=os.devnull,
    cache="memory",
    cache_period=0,
)
loader = PolicyLoader(config)
results = {}
for name, given in filters.items():
    policies = loader.load_data({"policies": [{"name": name, "resource": "aws.lambda", "filters": given}]}, "memory")
    manager = next(iter(policies)).resource_manager
    batch = copy.deepcopy(functions)
    started = time.perf_counter()
    matched = manager.filter_resources(batch)
    results[name] = {"seconds": time.perf_counter() - started, "matched": len(matched)}
json.dump(results, sys.stdout)
