"""``python -m tests.conformance``: a long run of Schemathesis, in all its phases."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.conformance.conformance import findings, running

EXAMPLES = int(os.environ.get("CONFORM_EXAMPLES", "20"))


def main() -> int:
    """Print what was found; 1 if anything was."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as (app, headers):
        only = sys.argv[1] if len(sys.argv) > 1 else None
        found, calls = findings(app, headers, examples=EXAMPLES, only=only)
    for operation, faults in found.items():
        print(f"{operation}: {len(faults)} faults, of which the first is\n{faults[0]}\n")
    print(f"{calls:,} requests, {sum(map(len, found.values()))} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
