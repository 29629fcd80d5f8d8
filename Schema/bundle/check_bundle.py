# Checks an evidence bundle without the program that made it. Usage: python3 check_bundle.py FOLDER VERIFIER_KEY
# Formats: C2SP tlog-proof, tlog-checkpoint, signed-note; RFC 9162 section 2.1.3.2; RFC 8785.
import base64, hashlib, json, os, sys

folder, verifier_key = sys.argv[1:3]


def read(*names):
    with open(os.path.join(folder, *names), "rb") as file:
        return file.read()


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def require(holds, what):
    if not holds:
        sys.exit("NOT VALID: " + what)


# 1. The key, from a source that you trust: name+id+base64(type, public key).
name, key_id, key = verifier_key.split("+", 2)
key = base64.b64decode(key, validate=True)
require(key[0] == 1 and sha256(name.encode(), b"\n", key)[:4].hex() == key_id, "the verifier key")

# 2. The checkpoint: log, number of entries, root of the tree; signed by that key.
checkpoint = read("checkpoint")
text, signatures = checkpoint.rsplit(b"\n\n", 1)
text += b"\n"
origin, size, root = text.decode().splitlines()
size, root = int(size), base64.b64decode(root, validate=True)
require(origin == name, "the checkpoint is of another log")
prefix = "\u2014 {} ".format(name).encode()
lines = [line[len(prefix):] for line in signatures.split(b"\n") if line.startswith(prefix)]
found = [base64.b64decode(line, validate=True) for line in lines]
found = [value[4:] for value in found if value[:4].hex() == key_id]
require(len(found) > 0, "the checkpoint is not signed by the key")
try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    try:
        Ed25519PublicKey.from_public_bytes(key[1:]).verify(found[0], text)
    except Exception:
        require(False, "the signature of the checkpoint")
except ImportError:
    print("NOTE: without the package 'cryptography' the signature is not checked")

# 3. Each entry: its receipt leads from its exact bytes to the root.
manifest = json.loads(read("bundle.json"))
entries = {}
for item in manifest["entries"]:
    position = item["position"]
    head, note = read("receipts", "{}.tlog-proof".format(position)).split(b"\n\n", 1)
    lines = head.split(b"\n")
    require(note == checkpoint, "a receipt under another checkpoint: {}".format(position))
    require(lines[0] == b"c2sp.org/tlog-proof@v1" and lines[2] == b"index %d" % position, "receipt {}".format(position))
    entry = base64.b64decode(lines[1].removeprefix(b"extra "), validate=True)
    node, first, last = sha256(b"\0", entry), position, size - 1
    require(position < size, "receipt {}".format(position))
    for line in lines[3:]:
        step = base64.b64decode(line, validate=True)
        require(last != 0, "receipt {}".format(position))
        if first & 1 or first == last:
            node = sha256(b"\1", step, node)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = sha256(b"\1", node, step)
        first, last = first >> 1, last >> 1
    require(last == 0 and node == root, "entry {} is not in the log".format(position))
    entries[position] = json.loads(entry)

# 4. The case's entries are numbered 0, 1, 2, ... without a gap; each part is what it says it is.
for part, subject in (("case", "case/" + manifest["case"]), ("body", "body/" + manifest["body"])):
    numbers = [entries[item["position"]]["sequence"] for item in manifest["entries"] if item["part"] == part]
    subjects = {entries[item["position"]]["subject"] for item in manifest["entries"] if item["part"] == part}
    require(subjects == {subject} and numbers == ["%010d" % n for n in range(len(numbers))], "the entries of " + part)

# 5. Each opened text is the one that was recorded: cm = SHA-256 over salt, pointer, JSON of the text, each behind its
#    length in four bytes.
for opening in manifest["opened"]:
    field = entries[opening["position"]]["data"]
    for key_name in opening["pointer"].split("/")[1:]:
        field = field[key_name]
    parts = [base64url(opening["salt"]), opening["pointer"].encode()]
    parts.append(json.dumps(opening["value"], ensure_ascii=False).encode())
    value = sha256(*(len(part).to_bytes(4, "big") + part for part in parts))
    require(value == base64url(field["sealed"]["cm"]), "the text {position}:{pointer}".format(**opening))

# 6. Attachments: the file is named by its SHA-256, which an entry names too.
named = {item["digest"] for entry in entries.values() for item in entry["data"].get("evidence", [])}
require(named == {item["digest"] for item in manifest["attachments"]}, "the attachments named")
for item in manifest["attachments"]:
    digest = item["digest"].removeprefix("sha256:")
    if item["included"]:
        require(hashlib.sha256(read("attachments", digest)).hexdigest() == digest, "attachment " + digest)

print("VALID: {} entries, {} opened texts, log {}, {} entries in it".format(
    len(entries), len(manifest["opened"]), origin, size))
