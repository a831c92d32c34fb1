"""Who may enter where: every address has one line here, or the tests of access fail.

The right-hand side of a page is a capability of relcrm.base.roles; of an API address the scope it
asks for, by method. `known_by_link` needs no sign-in: whoever has the link has the right.
"""

ANYBODY_SIGNED_IN = "anybody signed in"
NOBODY = "nobody"

PAGES = {
    "see_customers": """
        relationships:wanted relationships:worth_of relationships:losing
        pages:overview pages:search customers:list customers:profile customers:timeline
        customers:below customers:consents customers:segments customers:segment api:docs
        """,
    "edit_customers": """
        customers:duplicates customers:find_duplicates customers:merge_duplicates
        customers:decide_duplicate customers:merges customers:undo_merge customers:merge
        customers:new customers:edit customers:tags customers:change_tag
        customers:tag_many customers:tag customers:keep_in_mind customers:owned
        customers:new_organisation customers:change_organisation customers:consent_said
        customers:own_link
        relationships:set_label relationships:end_label
        """,
    "see_people": "customers:organisations customers:organisation customers:card customers:note",
    "work_with_customers": """
        customers:tasks customers:task customers:edit_task customers:question
        customers:hand_question
        customers:add_note customers:add_task customers:ask customers:contact
        """,
    "edit_segments": """
        customers:new_segment customers:edit_segment customers:new_list
        customers:forget_segment customers:bring_back_segment customers:fill_list
        customers:take_off_list
        """,
    "edit_signup_forms": """
        customers:signup_forms customers:new_signup_form customers:signup_form
        customers:edit_signup_form customers:signup_form_step
        """,
    "write_messages": "customers:outbox customers:message_step",
    "waive_rules": "customers:waivers customers:decide_waiver",
    "export_data": """
        customers:export customers:exports customers:export_ask customers:export_file
        customers:export_remove
        """,
    "erase_people": "customers:erased customers:erase",
    "import_data": """
        customers:imports customers:import customers:import_progress
        customers:import_columns customers:import_read customers:import_cancel
        customers:import_go_on customers:import_reopen customers:import_discard
        customers:import_as_of customers:import_problems customers:import_take
        customers:import_undo
        """,
    "guard_privacy": """
        privacy:requests privacy:new-request privacy:request privacy:step
        privacy:ask-package privacy:package privacy:breaches privacy:new-breach
        privacy:breach privacy:breach-people privacy:letter privacy:breach-step
        privacy:retention privacy:apply-retention
        """,
    "target": """
        campaigns:targeting campaigns:save campaigns:export campaigns:forget
        relationships:save_offer relationships:withdraw_offer
        """,
    "see_complaints": "feedback:complaints feedback:complaint",
    "handle_complaints": "feedback:new_complaint feedback:step",
    "see_promises": "promises:promises promises:promise",
    "edit_promises": "promises:new promises:edit promises:retire promises:test",
    "state_outcomes": "promises:state promises:correct promises:withdraw",
    "see_company": """
        relationships:map relationships:types relationships:type relationships:value
        relationships:personae relationships:persona relationships:gap relationships:offered
        relationships:moves relationships:count_moves relationships:forecast
        relationships:forecast_file relationships:what_if relationships:data relationships:quality
        """,
    "run_jobs": """
        relationships:learn relationships:look_for_personae settings:cancel-job
        settings:run-job-again
        """,
    "administer": """
        relationships:specification relationships:edition relationships:download
        relationships:attempt relationships:take_live relationships:use_forecast
        relationships:go_on
        settings:company settings:as-of settings:team settings:new-colleague
        settings:costs settings:say-cost settings:drop-cost
        settings:colleague settings:keys settings:revoke-key customers:fields
        customers:goods customers:unmark_goods
        customers:field customers:retire_field customers:contact_policy customers:channels
        customers:wordings customers:suppressed customers:lift_suppression customers:brands
        customers:brand customers:returned customers:returned_mail customers:put_away_returned
        settings:webhooks settings:webhook settings:webhook-step settings:tell-again
        """,
    "see_jobs": "settings:jobs settings:job",
    "see_audit": "settings:audit settings:audit-export",
    ANYBODY_SIGNED_IN: """
        account_reauthenticate account_change_password account_set_password api:document
        api:index
        """,
    NOBODY: "account_email",
}

READ_WRITE = {  # the beginning of the path after /api/v1/ → scope to read, scope for the rest
    "customers/1/timeline": ("interactions:read", ""),
    "customers/1/identities": ("people:read", ""),
    "customers/1/profile": ("customers:read", ""),
    "customers/1/card": ("people:read", ""),
    "imports": ("imports:read", "imports:write"),
    "exports": ("exports:read", "exports:write"),
    "customers/1/consents": ("consents:read", "consents:write"),
    "customers/1/may-contact": ("consents:read", ""),
    "messages": ("messages:read", "messages:write"),
    "customers": ("customers:read", "customers:write"),
    "customers/1/contacts": ("people:read", "customers:write"),
    "contacts": ("", "customers:write"),
    "customers/1/owned": ("interactions:read", "customers:write"),
    "owned": ("", "customers:write"),
    "customers/1/modifiers": ("people:read", "customers:write"),
    "modifiers": ("", "customers:write"),
    "customers/1/notes": ("people:read", "customers:write"),
    "notes": ("people:read", "customers:write"),
    "organisations": ("people:read", "customers:write"),
    "tasks": ("customers:read", "customers:write"),
    "questions": ("customers:read", "customers:write"),
    # Pairs and merges show two people side by side, so that looking needs the right to change.
    "duplicates": ("customers:write", "customers:write"),
    "merges": ("customers:write", "customers:write"),
    "custom-fields": ("customers:read", "fields:write"),
    "sensitive-goods": ("customers:read", "fields:write"),
    "tags": ("customers:read", "customers:write"),
    "interactions": ("interactions:read", "interactions:write"),
    "profiles": ("customers:read", ""),
    "types": ("customers:read", ""),
    "personae": ("reports:read", ""),
    "overview": ("reports:read", ""),
    "data-richness": ("reports:read", ""),
    "model-card": ("reports:read", ""),
    "customers/1/profile/label": ("customers:read", "customers:write"),
    "specifications": ("specification:read", "specification:write"),
    "losing": ("customers:read", ""),
    "value": ("reports:read", ""),
    "costs": ("reports:read", "costs:write"),
    "gaps": ("reports:read", ""),
    "forecast": ("reports:read", "forecast:write"),
    "offers": ("reports:read", "offers:write"),
    "transitions": ("reports:read", "jobs:write"),
    "segments/count": ("segments:read", "segments:read"),  # counting changes nothing
    "segments": ("segments:read", "segments:write"),
    "signup-forms": ("signups:read", "signups:write"),
    "targeting": ("targeting:read", ""),
    "complaints": ("complaints:read", "complaints:write"),
    "promises": ("promises:read", "promises:write"),
    "promises/1/outcomes": ("promises:read", "outcomes:write"),
    "jobs": ("jobs:read", "jobs:write"),
    "webhooks": ("webhooks:read", "webhooks:write"),
    "privacy/requests": ("privacy:read", "privacy:write"),
    "privacy/retention": ("privacy:read", ""),
    "privacy/breaches": ("privacy:read", ""),
}


def capability(name: str) -> str:
    """What a page asks for; KeyError when nobody has said."""
    found = {page: wanted for wanted, pages in PAGES.items() for page in pages.split()}
    return found[name]


def scope(path: str, method: str) -> str:
    """What an API address asks for; KeyError when nobody has said."""
    below = path.removeprefix("/api/v1/")
    key = max((key for key in READ_WRITE if below.startswith(key)), key=len, default=below)
    reads, writes = READ_WRITE[key]
    return reads if method == "get" else writes
