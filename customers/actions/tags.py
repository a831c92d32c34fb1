"""Tags are put on customers and taken off again, one by one or many at once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer, Tag, Tagging
from relcrm.base import audit
from relcrm.base.audit import Actor
from relcrm.base.models import User
from relcrm.lib.refusals import Refused

LONGEST = 40
MOST_ON_ONE = 50
AT_ONCE = 500


@transaction.atomic
def tag_customers(customers: Iterable[int], name: str, *, by: Actor, now: datetime) -> int:
    """Put a tag (made when it is new) on these customers; how many did not have it before."""
    tag = tag_called(name)
    who = by if isinstance(by, User) else None
    before = Tagging.objects.filter(tag=tag)
    ids, new = sorted(set(customers)), 0
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        have = set(before.filter(customer__in=some).values_list("customer_id", flat=True))
        fresh = [pk for pk in some if pk not in have]
        Tagging.objects.bulk_create(
            [Tagging(tag=tag, customer_id=pk, tagged_by=who, tagged_at=now) for pk in fresh],
            ignore_conflicts=True,
        )
        new += len(fresh)
    audit.record("customers.tagged", tag, by=by, at=now, people=new)
    return new


@transaction.atomic
def untag_customers(customers: Iterable[int], tag: Tag, *, by: Actor, now: datetime) -> int:
    """Take a tag off these customers; how many had it."""
    ids, gone = sorted(set(customers)), 0
    for start in range(0, len(ids), AT_ONCE):
        rows = Tagging.objects.filter(tag=tag, customer__in=ids[start : start + AT_ONCE])
        gone += rows.delete()[0]
    audit.record("customers.untagged", tag, by=by, at=now, people=gone)
    return gone


@transaction.atomic
def set_tags(customer: Customer, names: Iterable[str], *, by: Actor, now: datetime) -> None:
    """Exactly these tags; says nothing and writes nothing when they are so already."""
    wanted = {tag.pk: tag for tag in map(tag_called, names)}
    if len(wanted) > MOST_ON_ONE:
        raise Refused(_("A customer has at most %d tags.") % MOST_ON_ONE)
    have = {tagging.tag_id: tagging.tag for tagging in customer.taggings.select_related("tag")}
    for pk in wanted.keys() - have.keys():
        tag_customers([customer.pk], wanted[pk].name, by=by, now=now)
    for pk in have.keys() - wanted.keys():
        untag_customers([customer.pk], have[pk], by=by, now=now)


@transaction.atomic
def make_tag(name: str, *, by: Actor, now: datetime) -> Tag:
    """A word that nobody has yet."""
    if _known(_spelt(name)):
        raise Refused(_("There is a tag “%s” already.") % _spelt(name))
    tag = tag_called(name)
    audit.record("tag.made", tag, by=by, at=now)
    return tag


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, by: Actor, now: datetime) -> None:
    name = _spelt(name)
    if (other := _known(name)) and other != tag:
        raise Refused(_("There is a tag “%s” already.") % name)
    tag.name = name
    tag.save(update_fields=["name"])
    audit.record("tag.renamed", tag, by=by, at=now)


@transaction.atomic
def remove_tag(tag: Tag, *, by: Actor, now: datetime) -> int:
    """Off everybody, and out of the list; how many had it."""
    people = tag.taggings.count()
    audit.record("tag.removed", tag, by=by, at=now, people=people)
    tag.delete()
    return people


def tag_called(name: str) -> Tag:
    """The tag of this name in any case, made when there is none; safe against twins at once."""
    name = _spelt(name)
    if (tag := _known(name)) is None:
        Tag.objects.bulk_create([Tag(name=name)], ignore_conflicts=True)
        tag = _known(name)
    return tag


def _known(name: str) -> Tag | None:
    """Compared here: SQLite knows no case beyond ASCII, and tags are few."""
    wanted = name.casefold()
    return next((tag for tag in Tag.objects.all() if tag.name.casefold() == wanted), None)


def _spelt(name: str) -> str:
    name = " ".join(name.replace("\x00", "").replace(",", " ").split())
    if not name or len(name) > LONGEST:
        raise Refused(_("A tag has 1 to %d characters.") % LONGEST)
    return name
