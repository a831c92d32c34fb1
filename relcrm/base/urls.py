"""Addresses of the settings: company, team, keys, jobs, audit."""

from django.urls import path

from relcrm.base.views import audit, company, costs, jobs, keys, team, webhooks

app_name = "settings"
urlpatterns = [
    path("", company.company, name="company"),
    path("as-of/", company.as_of, name="as-of"),
    path("costs/", costs.costs, name="costs"),
    path("costs/say/", costs.say, name="say-cost"),
    path("costs/<int:pk>/drop/", costs.drop, name="drop-cost"),
    path("team/", team.team, name="team"),
    path("team/new/", team.new_colleague, name="new-colleague"),
    path("team/<int:pk>/", team.colleague, name="colleague"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:pk>/revoke/", keys.revoke, name="revoke-key"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/<slug:verb>/", webhooks.webhook_step, name="webhook-step"),
    path("webhooks/<int:pk>/again/<int:delivery>/", webhooks.tell_again, name="tell-again"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="cancel-job"),
    path("jobs/<int:pk>/run-again/", jobs.run_again, name="run-job-again"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", audit.export, name="audit-export"),
]
