"""Addresses of this app's pages; relcrm.pages.customer_urls gives them their name."""

from django.urls import path

from customers.views import duplicates, fields, imports, tags, work

urlpatterns = [
    path("tasks/", work.tasks, name="tasks"),
    path("tasks/<int:pk>/", work.step, name="task"),
    path("questions/<int:pk>/", work.question, name="question"),
    path("questions/<int:pk>/hand/", work.hand, name="hand_question"),
    path("customers/<int:pk>/note/", work.around, {"what": "note"}, name="add_note"),
    path("customers/<int:pk>/task/", work.around, {"what": "task"}, name="add_task"),
    path("customers/<int:pk>/question/", work.around, {"what": "question"}, name="ask"),
    path("customers/<int:pk>/contact/", work.around, {"what": "contact"}, name="contact"),
    path("customers/duplicates/", duplicates.duplicates, name="duplicates"),
    path("customers/duplicates/find/", duplicates.find, name="find_duplicates"),
    path("customers/duplicates/merge/", duplicates.merge_many, name="merge_duplicates"),
    path("customers/duplicates/<int:pk>/", duplicates.decide, name="decide_duplicate"),
    path("customers/merges/", duplicates.merges, name="merges"),
    path("customers/merges/<int:pk>/undo/", duplicates.undo, name="undo_merge"),
    path("customers/<int:pk>/merge/<int:other>/", duplicates.merge, name="merge"),
    path("settings/fields/", fields.fields, name="fields"),
    path("settings/fields/<int:pk>/", fields.field, name="field"),
    path("settings/fields/<int:pk>/retire/", fields.retire, name="retire_field"),
    path("settings/tags/", tags.tags, name="tags"),
    path("settings/tags/<int:pk>/", tags.change, name="change_tag"),
    path("customers/tag/", tags.tag_many, name="tag_many"),
    path("customers/<int:pk>/tags/", tags.tag_one, name="tag"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.import_, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="import_progress"),
    path("imports/<int:pk>/columns/", imports.name_columns, name="import_columns"),
    path("imports/<int:pk>/take/", imports.take, name="import_take"),
    path("imports/<int:pk>/undo/", imports.undo, name="import_undo"),
    path("imports/<int:pk>/read/", imports.read_again, name="import_read"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="import_cancel"),
    path("imports/<int:pk>/go-on/", imports.go_on, name="import_go_on"),
    path("imports/<int:pk>/reopen/", imports.reopen, name="import_reopen"),
    path("imports/<int:pk>/discard/", imports.discard, name="import_discard"),
    path("imports/<int:pk>/as-of/", imports.look_as_of, name="import_as_of"),
    path("imports/<int:pk>/problems.csv", imports.problems, name="import_problems"),
]
