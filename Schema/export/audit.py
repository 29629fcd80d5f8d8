#!/usr/bin/env python3
"""Checks an exported log: python3 audit.py FOLDER VERIFIER-KEY... [--against CHECKPOINT...]

Needs nothing but Python 3 and the package `cryptography`. Formats: C2SP tlog-tiles, tlog-checkpoint, signed-note and
tlog-proof; the tree is RFC 6962's. Exit code 0 if everything fits, 1 if anything does not.
"""
import argparse
import base64
import hashlib
import json
import os
import stat
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Defect(Exception):
    """Something does not fit."""


def require(condition, what):
    if not condition:
        raise Defect(what)


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Key:
    """A verifier key: name+hex8(key id)+base64(01 and 32 bytes)."""

    def __init__(self, text):
        self.name, self.id, key = text.strip().split("+", 2)
        key = base64.b64decode(key, validate=True)
        digest = hashlib.sha256(self.name.encode() + b"\n" + key).hexdigest()
        require(key[0] == 1 and len(key) == 33 and digest[:8] == self.id, "not an Ed25519 verifier key: " + text)
        self.key = Ed25519PublicKey.from_public_bytes(key[1:])


def checkpoint(note, keys, name):
    """The size and the root of a checkpoint that a trusted key signed."""
    text, _, signatures = note.rpartition(b"\n\n")
    text += b"\n"
    signers = 0
    for line in signatures.decode().split("\n")[:-1]:
        dash, signer, signature = line.split(" ")
        require(dash == "\u2014", name + ": not a signature line")
        signature = base64.b64decode(signature, validate=True)
        for key in keys:
            if key.name == signer and key.id == signature[:4].hex():
                try:
                    key.key.verify(signature[4:], text)
                except InvalidSignature:
                    raise Defect(name + ": the signature of " + signer + " does not fit") from None
                signers += 1
                origin = signer
    require(signers > 0, name + ": not signed by a key that you trust")
    lines = text.decode().split("\n")
    require(len(lines) == 4 and lines[3] == "" and lines[0] == origin, name + ": not a checkpoint of this log")
    require(lines[1] == str(int(lines[1])), name + ": not a size")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)


class Log:
    """The tiles of a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.holds_entries = os.path.isdir(os.path.join(folder, "tile", "entries"))

    def read(self, path, limit=1 << 25):
        with self.open(path) as file:
            data = file.read(limit + 1)
        require(len(data) <= limit, path + ": too long")
        return data

    def open(self, path):
        """A plain file: no link is followed at its end, no pipe or device waited for."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        file = os.fdopen(os.open(os.path.join(self.folder, path), flags), "rb")
        require(stat.S_ISREG(os.fstat(file.fileno()).st_mode), path + ": not a plain file")
        return file

    def tile(self, level, index, width):
        groups = "%03d" % (index % 1000)
        while index >= 1000:
            index //= 1000
            groups = "x%03d/%s" % (index % 1000, groups)
        path = "tile/%s/%s" % (level, groups) + ("" if width == 256 else ".p/%d" % width)
        return path, self.read(path)

    def hashes(self, level, index, width):
        path, data = self.tile(level, index, width)
        require(len(data) == 32 * width, path + ": not %d hashes" % width)
        return path, [data[i:i + 32] for i in range(0, len(data), 32)]

    def entries(self, index, width):
        path, data = self.tile("entries", index, width)
        entries, at = [], 0
        while at < len(data) and len(entries) < width:
            length, = struct.unpack_from(">H", data, at)
            entries.append(data[at + 2:at + 2 + length])
            at += 2 + length
        require(at == len(data) and len(entries) == width, path + ": not %d entries" % width)
        return path, entries


class Tree:
    """Takes leaves in order; knows the root, and the hashes of the tile that is being filled at each level."""

    def __init__(self, log):
        self.log, self.size, self.peaks, self.levels = log, 0, [], []

    def add(self, value):
        self.size += 1
        self.raise_to(0, value)
        height = 0
        while self.peaks and self.peaks[-1][0] == height:
            value = node(self.peaks.pop()[1], value)
            height += 1
        self.peaks.append((height, value))

    def raise_to(self, level, value):
        if level == len(self.levels):
            self.levels.append([])
        tile = self.levels[level]
        tile.append(value)
        if len(tile) == 256:
            index = (self.size - 1) >> (8 * (level + 1))
            path, kept = self.log.hashes(level, index, 256)
            require(kept == tile, path + ": not the hashes of the tree")
            row = tile
            while len(row) > 1:
                row = [node(row[i], row[i + 1]) for i in range(0, len(row), 2)]
            self.levels[level] = []
            self.raise_to(level + 1, row[0])

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        value = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            value = node(left, value)
        return value

    def check_edge(self):
        """The partial tiles that a client under a checkpoint of this size asks for."""
        for level, tile in enumerate(self.levels):
            if tile:
                path, kept = self.log.hashes(level, self.size >> (8 * (level + 1)), len(tile))
                require(kept == tile, path + ": not the hashes of the tree")


def check_receipt(data, keys, name, roots):
    """A tlog-proof whose `extra` is the entry (RFC 9162 section 2.1.3.2)."""
    proof, _, note = data.partition(b"\n\n")
    lines = proof.split(b"\n")
    require(lines[0] == b"c2sp.org/tlog-proof@v1" and lines[1].startswith(b"extra "), name + ": not a receipt")
    index = int(lines[2].removeprefix(b"index "))
    size, root = checkpoint(note, keys, name)
    require(roots.get(size) == root and index < size, name + ": of another tree")
    entry = base64.b64decode(lines[1][6:], validate=True)
    value = leaf(entry)
    at, last = index, size - 1
    for step in lines[3:]:
        step = base64.b64decode(step, validate=True)
        require(last != 0, name + ": too many hashes")
        if at & 1 or at == last:
            value = node(step, value)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            value = node(value, step)
        at, last = at >> 1, last >> 1
    require(last == 0 and value == root, name + ": the path does not lead to the root")
    return index, json.loads(entry)


def check_index(lines, entries):
    """The index names each receipt; of each stream the first entries are there without a gap."""
    named = set()
    for line in lines:
        record = json.loads(line)
        for subject, positions in (("case/" + record["case"], record["positions"]),
                                   ("body/" + record["body"], record["bodyPositions"])):
            found = [(entries[p]["subject"], entries[p]["sequence"]) for p in positions if p in entries]
            require(found == [(subject, "%010d" % n) for n in range(len(positions))] and positions,
                    "publicised/index.ndjson: not the entries of " + subject)
            named.update(positions)
    require(named == set(entries), "publicised/index.ndjson: it does not name every receipt")


def audit(folder, keys, against):
    log = Log(folder)
    size, root = checkpoint(log.read("checkpoint"), keys, "checkpoint")
    roots = {size: root}
    for name in os.listdir(os.path.join(folder, "checkpoints")):
        number, root = checkpoint(log.read("checkpoints/" + name), keys, "checkpoints/" + name)
        require(name == str(number) and number <= size, "checkpoints/%s: it is of %d entries" % (name, number))
        require(roots.setdefault(number, root) == root, "checkpoints/%s: another root than the checkpoint's" % name)
    # Every published size has partial tiles; where an earlier checkpoint was kept, only the root is compared.
    published = sorted(roots)
    for path in against:
        with open(path, "rb") as file:
            number, root = checkpoint(file.read(), keys, path)
        require(number <= size, path + ": more entries than the log has: it was cut short")
        require(roots.setdefault(number, root) == root, path + ": history was rewritten")
    check_tree(log, published, roots)
    receipts = {}
    if os.path.isdir(os.path.join(folder, "publicised")):
        for name in os.listdir(os.path.join(folder, "publicised")):
            if name != "index.ndjson":
                index, entry = check_receipt(log.read("publicised/" + name), keys, "publicised/" + name, roots)
                require(name == "%d.tlog-proof" % index, "publicised/" + name + ": of another position")
                receipts[index] = entry
        check_index(log.read("publicised/index.ndjson").splitlines(), receipts)
    print("sound: %d entries (%s), %d published checkpoints, %d kept ones, %d receipts" % (
        size, "all re-hashed" if log.holds_entries else "hashes only", len(published), len(against), len(receipts)))


def check_tree(log, published, roots):
    tree = Tree(log)
    lines = log.open("events.ndjson") if log.holds_entries else None
    for size in published:
        while tree.size < size:
            start = tree.size
            index, skip = start // 256, start % 256
            width = min(256, size - start + skip)
            path, hashes = log.hashes(0, index, width)
            if log.holds_entries:
                path, entries = log.entries(index, width)
                for position, (entry, value) in enumerate(zip(entries, hashes), 256 * index):
                    require(leaf(entry) == value, "position %d: altered" % position)
                for position, entry in enumerate(entries[skip:], start):
                    require(lines.readline(1 << 17) == entry + b"\n", "events.ndjson: line %d differs" % (position + 1))
            for value in hashes[skip:]:
                tree.add(value)
                if tree.size in roots:
                    require(tree.root() == roots[tree.size], "%d entries: not the root that was signed" % tree.size)
        tree.check_edge()
    require(lines is None or not lines.readline(1), "events.ndjson: more lines than entries")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("key", nargs="+", help="a verifier key that you got from elsewhere")
    parser.add_argument("--against", nargs="+", default=[], help="checkpoints that you kept")
    arguments = parser.parse_args()
    try:
        audit(arguments.folder, [Key(key) for key in arguments.key], arguments.against)
    except (Defect, OSError, ValueError, KeyError, IndexError, TypeError, struct.error) as defect:
        sys.exit("NOT SOUND: %s" % (defect if isinstance(defect, (Defect, OSError)) else repr(defect)))
