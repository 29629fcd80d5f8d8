"""Checks signed posts as whoever receives them does: python3 check_webhook.py POSTS.json

POSTS.json is a list of {secret, id, timestamp, signature, digest, body}, body in base64. Python's standard library alone;
shares no code with the service (Standard Webhooks 1.0.0; Schema/README.md, Exchange).
"""
import base64
import hashlib
import hmac
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    posts = json.load(file)
faults = 0
for number, post in enumerate(posts):
    body = base64.b64decode(post["body"])
    secret = base64.b64decode(post["secret"].removeprefix("whsec_"))
    signed = ("%s.%s." % (post["id"], post["timestamp"])).encode() + body
    expected = "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(expected, one) for one in post["signature"].split(" ")):
        print("post %d: the signature is not under this secret" % number)
        faults += 1
    # The digest is of the events in canonical form, one a line.
    lines = "".join(
        json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for event in json.loads(body)
    )
    if "sha256:" + hashlib.sha256(lines.encode()).hexdigest() != post["digest"]:
        print("post %d: the digest is not that of its events" % number)
        faults += 1
print("%d posts, %d faults" % (len(posts), faults))
sys.exit(1 if faults else 0)
