"""Appends to a served archive by PyPI's `cloudevents`, unchanged, in the three modes of the HTTP binding.

    append_cloudevents.py http://127.0.0.1:8080        (the key: CREDIT_ARCHIVE_KEY)

Ends with 1 where an answer is not what the contract says.
"""

import json
import os
import sys

import requests
from cloudevents.core.bindings.http import to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

SOURCE = "urn:example:cloudevents-sdk"


def event(number):
    name = f"CloudEvents SDK 第{number}局"
    return CloudEvent(
        {
            "specversion": "1.0",
            "id": f"sdk/{number}·登记",
            "source": SOURCE,
            "type": "body.registered",
            "subject": f"body/sdk-{number}",
            "datacontenttype": "application/json",
        },
        {"name": name, "kind": "工作部门", "level": "县", "region": "419801"},
    )


def main(address):
    session = requests.Session()
    key = os.environ.get("CREDIT_ARCHIVE_KEY")
    if key:
        session.headers["Authorization"] = f"Bearer {key}"
    failures = []

    def send(mode, headers, body, status, duplicate):
        answer = session.post(f"{address}/v1/events", headers=dict(headers), data=body, timeout=30)
        told = answer.json()
        items = told if isinstance(told, list) else [told]
        fine = answer.status_code == status and all(item.get("duplicate") is duplicate for item in items)
        print(f"{mode:<24} {answer.status_code} {json.dumps(told, ensure_ascii=False)}")
        if not fine:
            failures.append(f"{mode}: expected {status}, duplicate {duplicate}")
        return [item.get("position") for item in items]

    form = JSONFormat()
    binary = to_binary(event(1), form)
    first = send("binary", binary.headers, binary.body, 201, False)
    again = send("binary, again", binary.headers, binary.body, 200, True)
    # The same event in another mode is the same event.
    structured = to_structured(event(1), form)
    third = send("structured, again", structured.headers, structured.body, 200, True)
    if not first == again == third:
        failures.append(f"one event, several positions: {first} {again} {third}")
    structured = to_structured(event(2), form)
    send("structured", structured.headers, structured.body, 201, False)
    batch = b"[" + b",".join(bytes(to_structured(event(n), form).body) for n in (3, 4, 5)) + b"]"
    headers = {"Content-Type": "application/cloudevents-batch+json"}
    positions = send("batch", headers, batch, 201, False)
    if None in positions or positions != list(range(positions[0], positions[0] + 3)):
        failures.append(f"a batch is not in order: {positions}")
    send("batch, again", headers, batch, 200, True)

    # What was sent is what is recorded.
    if failures:
        return report(failures)
    kept = session.get(f"{address}/v1/events/{first[0]}", timeout=30).json()["event"]
    if (kept["id"], kept["source"], kept["data"]["name"]) != ("sdk/1·登记", SOURCE, "CloudEvents SDK 第1局"):
        failures.append(f"recorded otherwise than sent: {kept}")

    return report(failures)


def report(failures):
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
