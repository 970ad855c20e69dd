"""detect-secrets, one variable at a time, as bench/secrets.ts runs it: files of lines {"name", "value"} as arguments; writes for each
{"seconds", "found": [...]}. All its plugins and filters with their defaults, as it scans the line `name = "value"` of a
file: its function for single lines (scan_line) searches more eagerly than the tool does, and takes most of what has a quote for a secret."""

import json
import sys
import time

from detect_secrets.core.scan import _process_line_based_plugins
from detect_secrets.settings import default_settings


def text_of(line):
    pair = json.loads(line)
    return f'{pair["name"]} = "{pair["value"]}"'.replace("\n", "\\n")


answers = []
with default_settings():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as lines:
            texts = [text_of(line) for line in lines if line.strip()]
        started = time.process_time()
        found = [any(True for _ in _process_line_based_plugins([(1, text)], "variables.py")) for text in texts]
        answers.append({"seconds": time.process_time() - started, "found": found})
json.dump(answers, sys.stdout)
