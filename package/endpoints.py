"""`endpoints.py FILE SERVICE...`: leave in botocore's endpoints.json these services only.

The SDK reads the whole of it, a megabyte, for the first client of a process.
"""

import json
import sys
from pathlib import Path

path, kept = Path(sys.argv[1]), sys.argv[2:]
endpoints = json.loads(path.read_text())
for partition in endpoints["partitions"]:
    partition["services"] = {name: each for name, each in partition["services"].items() if name in kept}
path.write_text(json.dumps(endpoints))
