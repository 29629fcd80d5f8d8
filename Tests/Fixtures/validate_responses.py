"""Holds real answers of the service to its OpenAPI description: python3 validate_responses.py OPENAPI.json ANSWERS.json

ANSWERS.json is a list of {method, path, status, contentType, body}. Needs jsonschema alone; shares no code with the service.
"""
import json
import re
import sys

import jsonschema


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        answers = json.load(file)
    resolver = jsonschema.RefResolver("", document)
    faults = []
    seen = set()
    for answer in answers:
        label = "%s %s %s" % (answer["method"], answer["path"], answer["status"])
        operation = find(document, answer)
        if operation is None:
            faults.append(label + ": no such operation")
            continue
        seen.add((operation["operationId"], answer["status"]))
        response = operation["responses"].get(str(answer["status"]))
        if response is None:
            faults.append(label + ": undocumented status")
            continue
        if "$ref" in response:
            response = resolver.resolve(response["$ref"])[1]
        content = response.get("content")
        if not content:
            if answer["body"]:
                faults.append(label + ": a body that is not documented")
            continue
        media = answer["contentType"].split(";")[0].strip()
        if media not in content:
            faults.append("%s: undocumented type %s" % (label, media))
            continue
        if media.endswith("json") and not media.endswith("ndjson"):
            validator = jsonschema.Draft202012Validator(content[media]["schema"], resolver=resolver)
            for error in validator.iter_errors(json.loads(answer["body"])):
                faults.append("%s: %s at %s" % (label, error.message[:200], list(error.path)))
    for fault in faults:
        print(fault)
    print("%d answers, %d operations and statuses, %d faults" % (len(answers), len(seen), len(faults)))
    examples(document, resolver, faults)
    sys.exit(1 if faults else 0)


def examples(document, resolver, faults):
    """The description's own examples are what it describes."""

    def walk(node, place):
        if isinstance(node, dict):
            if "schema" in node and "example" in node:
                validator = jsonschema.Draft202012Validator(node["schema"], resolver=resolver)
                for error in validator.iter_errors(node["example"]):
                    faults.append(place)
                    print("example %s: %s" % (place, error.message[:200]))
            for key, value in node.items():
                walk(value, place + "/" + str(key))
        elif isinstance(node, list):
            for number, value in enumerate(node):
                walk(value, "%s/%d" % (place, number))

    walk(document["paths"], "paths")
    walk(document["components"], "components")


def find(document, answer):
    path = answer["path"].split("?")[0]
    for template, item in document["paths"].items():
        # A tile's path has slashes of its own.
        pattern = re.sub(r"\{tile\}", ".+", template)
        pattern = re.sub(r"\{[a-z]+\}", "[^/]+", pattern)
        if re.fullmatch(pattern, path) and answer["method"].lower() in item:
            if template.count("{") and path in document["paths"]:
                continue
            return item[answer["method"].lower()]
    return None


main()
