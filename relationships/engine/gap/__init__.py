"""Wanted, held, treated: what a customer would like, how we treat them, and the gap between."""

from relationships.engine.gap.answers import QUESTIONS, Answers, gather, read_answers
from relationships.engine.gap.gap import LABELS, Gaps, gaps
from relationships.engine.gap.terms import PARTS, Terms, read_terms, terms
from relationships.engine.gap.treatment import Right, Treatment, right, treated_as, treatment
from relationships.engine.gap.wish import Wishes, wishes

__all__ = [
    "LABELS", "PARTS", "QUESTIONS", "Answers", "Gaps", "Right", "Terms", "Treatment", "Wishes",
    "gaps", "gather", "read_answers", "read_terms", "right", "terms", "treated_as", "treatment",
    "wishes",
]  # fmt: skip
