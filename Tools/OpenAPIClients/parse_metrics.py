"""Reads /metrics of a served archive by the reference parser of the Prometheus text format.

    parse_metrics.py http://127.0.0.1:8080        (the key of an administrator: CREDIT_ARCHIVE_KEY)

Histograms are held to their own rules: buckets that never fall, ending in +Inf, whose count is the histogram's. Where
`promtool` is installed it checks the text, too. Ends with 1 where anything is wrong.
"""

import os
import shutil
import subprocess
import sys

import requests
from prometheus_client.parser import text_string_to_metric_families

# What operators watch: latency of appends, group size, position, lag of followers, progress of rebuilds, rates, file sizes.
EXPECTED = [
    "credit_archive_append_seconds",
    "credit_archive_group_commits",
    "credit_archive_group_commit_entries",
    "credit_archive_log_entries",
    "credit_archive_read_model_lag_entries",
    "credit_archive_followers",
    "credit_archive_rebuild_done_entries",
    "credit_archive_requests",
    "credit_archive_request_seconds",
    "credit_archive_file_bytes",
]


def check_histogram(family):
    series = {}
    for sample in family.samples:
        labels = tuple(sorted((name, value) for name, value in sample.labels.items() if name != "le"))
        part = series.setdefault(labels, {"buckets": [], "count": None, "sum": None})
        if sample.name.endswith("_bucket"):
            part["buckets"].append((float(sample.labels["le"]), sample.value))
        elif sample.name.endswith("_count"):
            part["count"] = sample.value
        elif sample.name.endswith("_sum"):
            part["sum"] = sample.value
    for labels, part in series.items():
        buckets = part["buckets"]
        where = f"{family.name}{dict(labels)}"
        if not buckets or buckets != sorted(buckets) or buckets[-1][0] != float("inf"):
            yield f"{where}: the buckets do not rise to +Inf"
        elif any(a[1] > b[1] for a, b in zip(buckets, buckets[1:])):
            yield f"{where}: the buckets fall"
        elif part["count"] != buckets[-1][1] or part["sum"] is None:
            yield f"{where}: count or sum does not fit the buckets"


def main(address):
    key = os.environ.get("CREDIT_ARCHIVE_KEY")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = requests.get(f"{address}/metrics", headers=headers, timeout=30)
    answer.raise_for_status()
    failures = []
    if not answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"):
        failures.append(f"Content-Type: {answer.headers['Content-Type']}")
    families = list(text_string_to_metric_families(answer.text))
    for family in families:
        print(f"{family.type:<10} {family.name} ({len(family.samples)})")
        if not family.documentation:
            failures.append(f"{family.name} has no HELP")
        if family.type in ("unknown", "untyped"):
            failures.append(f"{family.name} has no TYPE")
        if family.type == "histogram":
            failures += check_histogram(family)
    names = [family.name for family in families]
    if len(names) != len(set(names)):
        failures.append("a family stands twice")
    failures += [f"{name} is missing" for name in EXPECTED if name not in names]
    promtool = shutil.which("promtool")
    if promtool:
        checked = subprocess.run([promtool, "check", "metrics"], input=answer.text, text=True, capture_output=True)
        print(f"promtool: {checked.returncode} {checked.stdout}{checked.stderr}")
        # 3: advice on names, which is no fault of the format.
        if checked.returncode not in (0, 3):
            failures.append("promtool")
    else:
        print("promtool is not installed")
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
