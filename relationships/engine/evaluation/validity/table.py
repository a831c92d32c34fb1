"""The comparison in columns, for people."""

from relationships.engine.evaluation.validity.validity import Validity, figures

COLUMNS = ("groups", "bits", "AUC", "log-loss", "Gini spend", "C-index")


def columns_of(found: Validity) -> str:
    """One line for each way of telling customers apart."""
    wide = max(len(row.name) for row in found.rows)
    lines = [f"{found.customers:,} customers, {found.came_back:.1%} bought again", ""]
    lines.append(" ".join([" " * wide, *(f"{name:>10}" for name in COLUMNS)]))
    for row in found.rows:
        told = figures(row)
        cells = [f"{row.groups or '':>10}", *(f"{told[name]:>10.4f}" for name in COLUMNS[1:])]
        lines.append(" ".join([f"{row.name:<{wide}}", *cells]))
    return "\n".join([*lines, ""])
