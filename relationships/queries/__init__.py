"""What pages, the API and the worker read of judgements."""

from relationships.queries.explanation import Explanation, Likely, Placed, explanation
from relationships.queries.report import Report, report

__all__ = ["Explanation", "Likely", "Placed", "Report", "explanation", "report"]
