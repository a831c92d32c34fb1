"""What is kept of somebody, made comparable with the same of somebody else."""


def plain(row):
    """A row with its bytes read and its numbers to twelve digits.

    Vectorised logarithms differ in their last bit with a person's place in the block.
    """
    return tuple(map(_plain, row))


def _plain(cell):
    if isinstance(cell, memoryview):
        return bytes(cell)
    return float(f"{cell:.12g}") if isinstance(cell, float) else cell
