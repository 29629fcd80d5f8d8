"""What schemathesis must not do: revoke the key that it asks with, which it finds in the list of keys."""

import os

import schemathesis

OWN = os.environ.get("CREDIT_ARCHIVE_KEY", "").split("_")[1:2]


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.method.upper() == "DELETE" and case.path_parameters.get("key") in OWN:
        case.path_parameters["key"] = "none"
