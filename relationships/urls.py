"""Addresses of what we make of the facts."""

from django.urls import path

from relationships.views import data, forecast, gap, moves, personae, types, value, worth
from relationships.views import label as labels
from relationships.views import map as maps
from relationships.views import specification as spec

app_name = "relationships"
urlpatterns = [
    path("relationships/map/", maps.relationship_map, name="map"),
    path("relationships/types/", types.all_types, name="types"),
    path("relationships/types/<str:key>/", types.one_type, name="type"),
    path("relationships/data/", data.data, name="data"),
    path("relationships/quality/", data.quality, name="quality"),
    path("relationships/of/<int:pk>/", labels.set_label, name="set_label"),
    path("relationships/of/<int:pk>/end/", labels.end_label, name="end_label"),
    path("relationships/specification/", spec.specification, name="specification"),
    path("relationships/specification/<int:version>/", spec.edition, name="edition"),
    path("relationships/specification/<int:version>/file/", spec.download, name="download"),
    path("relationships/specification/<int:version>/try/", spec.attempt, name="attempt"),
    path("relationships/specification/<int:version>/live/", spec.take_live, name="take_live"),
    path("relationships/gap/", gap.gap, name="gap"),
    path("customers/<int:pk>/wanted/", gap.wanted, name="wanted"),
    path("customers/<int:pk>/worth/", worth.worth_of, name="worth_of"),
    path("relationships/losing/", worth.losing, name="losing"),
    path("relationships/offered/", gap.offered, name="offered"),
    path("relationships/offered/save/", gap.save_offer, name="save_offer"),
    path("relationships/offered/<int:pk>/withdraw/", gap.withdraw, name="withdraw_offer"),
    path("relationships/moves/", moves.moves, name="moves"),
    path("relationships/moves/count/", moves.count_moves, name="count_moves"),
    path("relationships/value/", value.worth, name="value"),
    path("relationships/value/what-if/", value.what_if, name="what_if"),
    path("relationships/value/learn/", value.learn, name="learn"),
    path("relationships/value/forecast/", forecast.forecast, name="forecast"),
    path("relationships/value/forecast/file/", forecast.forecast_file, name="forecast_file"),
    path("relationships/value/forecast/go-on/", forecast.go_on, name="go_on"),
    path("relationships/value/forecast/<int:version>/", forecast.use_forecast, name="use_forecast"),
    path("personae/", personae.personae, name="personae"),
    path("personae/<int:pk>/", personae.persona, name="persona"),
    path("personae/look/", personae.look_for_personae, name="look_for_personae"),
]
