"""How the OpenAPI document is made: its words, and names for what several shapes share."""

from typing import Any

SETTINGS: dict[str, Any] = {
    "TITLE": "relcrm",
    "DESCRIPTION": (
        "Customers, what happened, and which relationship each of them has with you. Send a key: "
        "`Authorization: Bearer relcrm_…`. Lists come in pages: follow `next_cursor`. Every error "
        "is `application/problem+json` (RFC 9457)."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Family": "relationships.api.shapes.FAMILIES",
        "Type": "relationships.api.shapes.TYPES",
        "Wish": "relationships.api.gap_shapes.WISHES",
        "EditionState": "relationships.models.specification.Edition.State",
        "Source": "relationships.api.data_richness.SOURCES",
        "Mechanism": "relationships.api.shapes.MECHANISMS",
        "Dimension": "relationships.api.shapes.DIMENSIONS",
        "Channel": "customers.models.interaction.Channel",
        "Reach": "customers.models.consent.Reach",
        "Purpose": "customers.models.consent.Purpose",
        "InteractionKind": "customers.models.interaction.Kind",
        "PromiseKind": "feedback.promises.forms.CARRIERS",
        "RequestKind": "customers.models.privacy.SubjectRequest.Kind",
        "ImportKind": "customers.models.imports.Import.Kind",
        "FieldKind": "customers.models.custom.CustomField.Kind",
        "ModifierKind": "customers.models.modifier.Modifier.Kind",
    },
    "AUTHENTICATION_WHITELIST": ["relcrm.base.authentication.ApiKeyAuthentication"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        *("relcrm.base.rest.schema.sparse_answers", "relcrm.base.rest.schema.strict_bodies"),
        "relcrm.glossary.explained",
    ],
}
