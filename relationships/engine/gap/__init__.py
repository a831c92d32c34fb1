"""Wanted, held, treated: what a customer would like, how we treat them, and the gap between."""

from relationships.engine.gap.answers import QUESTIONS, Answers, gather, read_answers
from relationships.engine.gap.gap import LABELS, Gaps, gaps
from relationships.engine.gap.offered import held_wishes, offered, without_share
from relationships.engine.gap.terms import PARTS, Terms, Wish, read_terms, terms
from relationships.engine.gap.treatment import (
    Right,
    Treatment,
    right,
    suited,
    treated_as,
    treated_wish,
    treatment,
)
from relationships.engine.gap.wish import Wishes, wishes

__all__ = [
    "LABELS", "PARTS", "QUESTIONS", "Answers", "Gaps", "Right", "Terms", "Treatment", "Wish",
    "Wishes", "gaps", "gather", "held_wishes", "offered", "read_answers", "read_terms", "right",
    "suited", "terms", "treated_as", "treated_wish", "treatment", "wishes", "without_share",
]  # fmt: skip
