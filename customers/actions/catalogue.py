"""The catalogue grows with what comes in."""

from collections.abc import Iterable

from customers.models import Product

SKU = 40
NAME = 200


def resolve_products(names: Iterable[str]) -> dict[str, int]:
    """Product as given → id, entering those the catalogue does not know yet.

    A text too long for a stock number is kept as the name, its beginning as the number.
    """
    wanted = {name: name[:SKU] for name in set(names)}
    known = _known(set(wanted.values()))
    missing = {sku: name for name, sku in wanted.items() if sku not in known}
    if missing:
        new = [
            Product(sku=sku, name=name[:NAME] if len(name) > SKU else "")
            for sku, name in sorted(missing.items())
        ]
        Product.objects.bulk_create(new, ignore_conflicts=True, batch_size=1_000)
        known |= _known(set(missing))
    return {name: known[sku] for name, sku in wanted.items()}


def _known(skus: set[str]) -> dict[str, int]:
    return dict(Product.objects.filter(sku__among=skus).values_list("sku", "id"))


def newest_product() -> int:
    """The highest number in the catalogue; products entered from now on have higher ones."""
    return Product.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
