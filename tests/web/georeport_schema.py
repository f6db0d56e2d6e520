"""The answers of GeoReport v2 as JSON schemas, written from the standard's text."""

TEXT = {"type": "string"}
MAYBE = {"type": ["string", "null"]}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"}
MAYBE_MOMENT = {"anyOf": [MOMENT, {"type": "null"}]}


def strict(properties: dict, optional: tuple[str, ...] = ()) -> dict:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def listed(item: dict, **more: int) -> dict:
    return {"type": "array", "items": item, **more}


ERRORS = listed(
    strict({"code": {"enum": [400, 403, 404, 429]}, "description": {**TEXT, "minLength": 1}}),
    minItems=1,
)
ENDPOINT = strict(
    {
        "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
        "url": TEXT,
        "changeset": MOMENT,
        "type": {"enum": ["production", "test"]},
        "formats": listed({"enum": ["application/json", "text/xml"]}, minItems=2),
    }
)
DISCOVERY = strict(
    {"changeset": MOMENT, "contact": TEXT, "key_service": TEXT, "endpoints": listed(ENDPOINT)}
)
SERVICES = listed(
    strict(
        {
            "service_code": TEXT,
            "service_name": TEXT,
            "description": TEXT,
            "metadata": {"type": "boolean"},
            "type": {"enum": ["realtime", "batch", "blackbox"]},
            "keywords": TEXT,
            "group": TEXT,
        }
    )
)
KINDS = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
DEFINITION = strict(
    {
        "service_code": TEXT,
        "attributes": listed(
            strict(
                {
                    "variable": {"type": "boolean"},
                    "code": TEXT,
                    "datatype": {"enum": KINDS},
                    "required": {"type": "boolean"},
                    "datatype_description": MAYBE,
                    "order": {"type": "integer"},
                    "description": TEXT,
                    "values": listed(strict({"key": TEXT, "name": TEXT})),
                },
                optional=("values",),
            ),
            minItems=1,
        ),
    }
)
EXTENDED = strict({"grid_code": MAYBE, "level": {"type": "integer"}, "state": TEXT})
ANSWERS = listed(strict({"code": TEXT, "values": listed(TEXT)}))
REQUESTS = listed(
    strict(
        {
            "service_request_id": {**TEXT, "pattern": "^[0-9]+$"},
            "status": {"enum": ["open", "closed"]},
            "status_notes": TEXT,
            "service_name": MAYBE,
            "service_code": MAYBE,
            "description": MAYBE,
            "agency_responsible": MAYBE,
            "service_notice": MAYBE,
            "requested_datetime": MOMENT,
            "updated_datetime": MAYBE_MOMENT,
            "expected_datetime": MAYBE_MOMENT,
            "address": MAYBE,
            "address_id": MAYBE,
            "zipcode": MAYBE,
            "lat": {"type": ["number", "null"], "minimum": -90, "maximum": 90},
            "long": {"type": ["number", "null"], "minimum": -180, "maximum": 180},
            "media_url": MAYBE,
            "extended_attributes": EXTENDED,
            "attributes": ANSWERS,
        },
        optional=("extended_attributes", "attributes"),
    ),
    maxItems=1000,
)
CREATED = listed(
    strict({"service_request_id": TEXT, "service_notice": MAYBE, "account_id": MAYBE}),
    minItems=1,
    maxItems=1,
)
TOKENS = listed(strict({"service_request_id": TEXT, "token": TEXT}), minItems=1, maxItems=1)
UPDATES = listed(
    strict(
        {
            "update_id": TEXT,
            "service_request_id": TEXT,
            "status": {"enum": ["open", "closed"]},
            "updated_datetime": MOMENT,
            "description": TEXT,
            "media_url": MAYBE,
        }
    )
)
