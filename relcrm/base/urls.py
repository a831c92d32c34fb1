"""Addresses of the settings: company, team, keys, jobs, audit."""

from django.urls import path

from relcrm.base.views import audit, company, jobs, keys, team

app_name = "settings"
urlpatterns = [
    path("", company.company, name="company"),
    path("as-of/", company.as_of, name="as-of"),
    path("team/", team.team, name="team"),
    path("team/new/", team.new_colleague, name="new-colleague"),
    path("team/<int:pk>/", team.colleague, name="colleague"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:pk>/revoke/", keys.revoke, name="revoke-key"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="cancel-job"),
    path("jobs/<int:pk>/run-again/", jobs.run_again, name="run-job-again"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", audit.export, name="audit-export"),
]
