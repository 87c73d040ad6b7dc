"""What all payloads have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Wire(BaseModel):
    """Base of every payload: camelCase outside, snake_case inside, unknown fields refused, frozen."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        extra="forbid",
        frozen=True,
    )


class Answer(Wire):
    """Base of what the server sends: a newer server may add fields that an older client does not know."""

    model_config = ConfigDict(extra="ignore", json_schema_serialization_defaults_required=True)  # all is always sent
