"""Wishes beside what is offered, put together without a page."""

import pytest

from relationships.models import Offer
from relationships.wish_page import by_wish


def test_what_is_offered_and_hardly_wanted_is_named_where_enough_people_are_known():
    wished = [{"family": "friend", "wish": "knows my taste", "n": 300, "stated": 4},
              {"family": "negative", "wish": "good deals", "n": 40, "stated": 40},
              {"family": "friend", "wish": "close friend", "n": 2, "stated": 2}]  # fmt: skip
    holding = [{"family": family, "type": kind, "n": n} for family, kind, n in (
        ("friend", "R4", 150), ("undetermined", "N4", 10), ("friend", "R6", 50))]  # fmt: skip
    suited = [{"family": "friend", "wish": "", "n": 9},
              {"family": "friend", "wish": "good deals", "n": 5}]  # fmt: skip
    sums = {"wished": wished, "holding": holding, "suited": suited}
    offer = Offer(mix={"friend": 60, "fling": 40}, wishes=["good deals"])
    found = by_wish(sums, [offer], frank=False)
    assert [row.key for row in found.unwanted] == ["good deals", "friendly face", "close friend"]
    shares = {row.key: {of: share for of, share, _ in row.shares} for row in found.rows}
    assert shares["knows my taste"] == {"wanted": 300 / 302, "held": 0.75, "treated": 0}
    assert (shares["good deals"]["treated"], found.others) == (1, 0.25)
    frank = by_wish(sums, [offer], frank=True)
    assert [row.key for row in frank.unwanted] == ["friendly face", "close friend"]
    assert {row.key: row.wanting for row in frank.rows}["good deals"] == 40
    assert frank.others == pytest.approx(60 / 210)
    for some in (holding[1:2], [holding[2] | {"n": 4}]):  # in doubt, or too few
        blind = by_wish(sums | {"holding": some}, [offer], frank=False)
        assert {share for row in blind.rows for of, share, _ in row.shares if of == "held"} == {
            None
        }
    nothing = by_wish(sums, [], frank=False)
    assert {row.is_offered for row in nothing.rows} == {None}
    assert nothing.unoffered == nothing.unwanted == []
    assert by_wish({"gaps": []}, [offer], frank=True) is None, "added up before there were wishes"
