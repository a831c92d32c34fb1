"""What the shop promised and how it went: parcels, complaints, questions. Nothing here is drawn:
it follows from what happened, so that worlds stay what they were."""

from typing import Any

import pandas as pd

PARCEL, ANSWER, MENDING, REPLY = (
    "parcel in time", "complaint answered", "complaint put right", "question answered",
)  # fmt: skip


def promises(
    events: pd.DataFrame,
    deliveries: pd.DataFrame,
    complaints: pd.DataFrame,
    *,
    said: dict[str, float],
    end: pd.Timestamp,
) -> pd.DataFrame:
    """One row per promise that was kept or broken before `end`; `said` are the firm's `promises`.

    Kept at the moment it was kept, broken when its time was over; a question when it was asked,
    as the reply is told with it.
    """
    who = events["customer"]
    parcels = deliveries.assign(customer=who.loc[deliveries["event"]].to_numpy())
    filed, first_word = complaints["at"], complaints["acknowledged_at"]
    first_word = first_word.fillna(complaints["resolved_at"])
    mended_by = filed + pd.Timedelta(days=said["resolve_days"])
    answered_by = filed + pd.Timedelta(hours=said["answer_hours"])
    found = [
        _by(PARCEL, parcels["customer"], parcels["promised_on"] + pd.Timedelta(days=1),
            parcels["delivered_at"], end),
        _by(ANSWER, complaints["customer"], answered_by, first_word, end),
        _by(MENDING, complaints["customer"], mended_by, complaints["resolved_at"], end),
        _replies(events, said["reply_hours"]),
    ]  # fmt: skip
    return pd.concat(found, ignore_index=True).sort_values("at", kind="stable", ignore_index=True)


def _by(promise: str, customer: Any, due: Any, done: Any, end: pd.Timestamp) -> pd.DataFrame:
    """Kept when it was done before it was due; of what is not due yet nothing is known."""
    kept = (done < due) & (done < end)
    table = pd.DataFrame(
        {"customer": customer, "promise": promise, "at": done.where(kept, due), "kept": kept}
    )
    known: pd.DataFrame = table[kept | (due < end)]
    return known


def _replies(events: pd.DataFrame, hours: float) -> pd.DataFrame:
    asked = events[events["kind"] == "support"]
    waited = asked["properties"].map(lambda told: told["first_reply_hours"]).astype(float)
    return pd.DataFrame(
        {
            "customer": asked["customer"],
            "promise": REPLY,
            "at": asked["at"],
            "kept": waited <= hours,
        }
    )
