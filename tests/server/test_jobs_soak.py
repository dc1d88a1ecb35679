"""A short run of the soak: ten kills at random moments, nothing lost, nothing twice, nothing stuck."""

import subprocess
import sys
from pathlib import Path

SOAK = Path(__file__).parents[2] / "benchmarks" / "jobs" / "soak.py"


def test_nothing_is_lost_runs_twice_or_is_stuck_whatever_is_killed():
    done = subprocess.run([sys.executable, str(SOAK), "10", "151"], capture_output=True, text=True, check=False)
    figures = [line for line in done.stdout.splitlines() if line.startswith("FIGURE")]
    assert len(figures) == 8, done.stdout + done.stderr
    late = {
        "soak_longest_reconcile",
        "soak_server_stops_with_jobs_running",
    }  # how fast the machine is, is not asked here
    assert not [line for line in figures if not line.endswith(" ok") and line.split()[1] not in late], done.stdout
