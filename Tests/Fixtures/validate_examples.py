"""Judges the golden examples of event data by the published JSON Schemas, with a validator that shares no code with the archive.

Usage: python3 validate_examples.py SCHEMA_DIR FIXTURE_DIR [MUTANTS.ndjson]

Checks that every schema is valid under the 2020-12 metaschema, has the identifier its file name says, and that every
reference resolves among the files of SCHEMA_DIR; that every valid example is valid; that every invalid example is
refused, for the member its pointer names and for no other. Lines of MUTANTS.ndjson are verdicts of another decoder,
{"schema": "urn:…", "data": …, "valid": true|false}; a line whose verdict differs is reported.

Exit status: 0 all agree, 1 something disagrees (each listed), 2 usage. Needs python3-jsonschema 4.10.
"""

import datetime
import json
import pathlib
import sys

from jsonschema import Draft202012Validator, FormatChecker, RefResolver
from jsonschema.exceptions import RefResolutionError, SchemaError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
URN = "urn:credit-archive:schema:"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_day(value):
    """YYYY-MM-DD and a day of the calendar; `fromisoformat` alone also takes week dates and shorter forms."""
    if not isinstance(value, str):
        return True
    if len(value) != 10 or value[4] != "-" or value[7] != "-" or not value.isascii():
        return False
    if not (value[:4] + value[5:7] + value[8:]).isdigit():
        return False
    datetime.date.fromisoformat(value)
    return True


def is_uscc(value):
    """GB 32100-2015: check character = (31 - sum of values times 3^i mod 31) mod 31."""
    if not isinstance(value, str):
        return True
    if len(value) != 18 or any(character not in USCC_ALPHABET for character in value):
        return False
    total = sum(USCC_ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(value[:17]))
    return USCC_ALPHABET[(31 - total % 31) % 31] == value[17]


def format_checker():
    """Only the two formats that the schemas assert, so that no other package changes a verdict."""
    checker = FormatChecker(formats=())
    checker.checks("date", raises=ValueError)(is_day)
    checker.checks("uscc")(is_uscc)
    return checker


class LocalResolver(RefResolver):
    """Resolves among the loaded schemas; nothing is ever fetched."""

    def resolve_remote(self, uri):
        raise RefResolutionError(f"not among the schemas: {uri}")


class Schemas:
    """The schemas of a folder, by identifier, each with a validator."""

    def __init__(self, folder, problems):
        self.by_id = {}
        self.validators = {}
        for path in sorted(folder.glob("*.json")):
            schema = json.loads(path.read_text(encoding="utf-8"))
            identifier = schema.get("$id")
            if identifier != expected_identifier(path.name):
                problems.append(f"{path.name}: $id is {identifier}")
            if schema.get("$schema") != DIALECT:
                problems.append(f"{path.name}: $schema is not 2020-12")
            try:
                Draft202012Validator.check_schema(schema)
            except SchemaError as error:
                problems.append(f"{path.name}: {error.message} at {pointer(error.absolute_path)}")
            self.by_id[identifier] = schema
        checker = format_checker()
        for identifier, schema in self.by_id.items():
            resolver = LocalResolver(identifier, schema, store=self.by_id)
            self.validators[identifier] = Draft202012Validator(schema, resolver=resolver, format_checker=checker)
            for target in references(schema):
                try:
                    resolver.resolve(target)
                except RefResolutionError as error:
                    problems.append(f"{identifier}: {error}")

    def faults(self, identifier, data):
        """The members at fault, as pointers; empty if the data is valid."""
        return {fault for error in self.validators[identifier].iter_errors(data) for fault in faults_of(error)}


def expected_identifier(file_name):
    """`case.x.1.submitted.json` → `urn:…:case.x:1:submitted`."""
    stem = file_name.removesuffix(".json")
    form = ":submitted" if stem.endswith(".submitted") else ""
    kind, _, version = stem.removesuffix(".submitted").rpartition(".")
    return f"{URN}{kind}:{version}{form}"


def references(schema):
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def pointer(path):
    """RFC 6901."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def faults_of(error):
    path = list(error.absolute_path)
    if error.validator == "required":
        members = [name for name in error.validator_value if name not in error.instance]
    elif error.validator == "additionalProperties":
        members = [name for name in error.instance if name not in error.schema.get("properties", {})]
    else:
        return [pointer(path)]
    return [pointer(path + [member]) for member in members]


def check_fixture(path, schemas, problems):
    """Judges the examples of one type; returns how many there are."""
    fixture = json.loads(path.read_text(encoding="utf-8"))
    if set(fixture) != {"type", "version", "subject", "submitted", "stored"} or fixture["type"] != path.stem:
        problems.append(f"{path.name}: not the fixture of {path.stem}")
        return 0
    count = 0
    for form, suffix in (("submitted", ":submitted"), ("stored", "")):
        identifier = f"{URN}{fixture['type']}:{fixture['version']}{suffix}"
        if identifier not in schemas.by_id:
            problems.append(f"{path.name}: no schema {identifier}")
            continue
        names = set()
        for verdict in ("valid", "invalid"):
            for example in fixture[form][verdict]:
                count += 1
                where = f"{path.name} {form} {verdict} “{example['name']}”"
                if example["name"] in names:
                    problems.append(f"{where}: name used twice")
                names.add(example["name"])
                expected = set() if verdict == "valid" else {example["pointer"]}
                found = schemas.faults(identifier, example["data"])
                if found != expected:
                    problems.append(f"{where}: expected {listed(expected)}, found {listed(found)}")
    return count


def check_mutants(path, schemas, problems):
    """Compares the verdicts of another decoder; returns how many there are."""
    count = 0
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            count += 1
            mutant = json.loads(line)
            if mutant["schema"] not in schemas.by_id:
                problems.append(f"{path.name}:{number}: no schema {mutant['schema']}")
                continue
            found = schemas.faults(mutant["schema"], mutant["data"])
            if mutant["valid"] is not (not found):
                verdict = f"invalid at {listed(found)}" if found else "valid"
                excerpt = json.dumps(mutant["data"], ensure_ascii=True)[:400]
                said = "valid" if mutant["valid"] else "invalid"
                problems.append(f"{path.name}:{number}: {mutant['schema']}: {said} there, {verdict} here: {excerpt}")
    return count


def listed(pointers):
    return ", ".join(json.dumps(item, ensure_ascii=False) for item in sorted(pointers)) or "no fault"


def report(problems, schemas, examples, mutants):
    for problem in problems:
        print(problem.encode("utf-8", "backslashreplace").decode("utf-8"))
    print(f"{len(schemas.by_id)} schemas, {examples} examples, {mutants} mutants, {len(problems)} disagreements")
    return 1 if problems else 0


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    problems = []
    schemas = Schemas(pathlib.Path(arguments[0]), problems)
    if problems:
        return report(problems, schemas, 0, 0)  # a broken schema judges nothing
    fixtures = sorted(pathlib.Path(arguments[1]).glob("*.json"))
    examples = sum(check_fixture(path, schemas, problems) for path in fixtures)
    named = {path.stem for path in fixtures}
    for identifier in schemas.by_id:
        kind = str(identifier).removeprefix(URN).split(":")[0]
        if kind != "common" and kind not in named:
            problems.append(f"{identifier}: no examples")
    mutants = check_mutants(pathlib.Path(arguments[2]), schemas, problems) if len(arguments) == 3 else 0
    return report(problems, schemas, examples, mutants)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
