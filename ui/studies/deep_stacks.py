"""Deep stacks before the first step, for the page on training: computed once for each depth, for all sessions."""

from functools import lru_cache

from bn import GROWTH_BACKWARD, Stack, stack
from ui.numbers import fixed, short

UNITS, EXAMPLES = 50, 100  # small enough for BLAS to use one thread: several would wait for each other
SETTLED = 10  # layers after which a random batch has become what the law is about
KINDS = (
    ("plain", False, False),
    ("batch norm", True, False),
    ("skip connections", False, True),
    ("skip connections, batch norm in the branch", True, True),
)


@lru_cache(maxsize=64)
def stacks(layers: int) -> tuple[Stack, ...]:
    """A stack of each of KINDS: 4 kB at 50 layers."""
    return tuple(stack(layers, norm=norm, skip=skip, units=UNITS, examples=EXAMPLES, seed=0) for _, norm, skip in KINDS)


def stack_table(layers: int) -> str:
    """Variance behind the last layer, and gradient in front of the first, of each kind."""
    lines = [f"| {layers} layers or blocks | variance at the end | gradient at the start | for each layer |"]
    lines.append("|:--|--:|--:|--:|")
    for (name, _, _), each in zip(KINDS, stacks(layers), strict=True):
        back = float(each.gradient[0])
        lines.append(
            f"| {name} | {short(float(each.variance[-1]))} | × {short(back)} | × {fixed(back ** (1 / layers), 2)} |"
        )
    return "\n".join(lines)


def say_growth(layers: int) -> str:
    """The growth that was measured beside the one that theory gives."""
    gradient = stacks(layers)[1].gradient
    first = SETTLED if layers >= 2 * SETTLED else 0
    measured = float(gradient[first]) ** (1 / (layers - first))
    where = f"behind the first {SETTLED} layers" if first else "over these layers"
    return (
        f"With ReLU and batch norm alone the gradient gets **{fixed(measured, 2)}** times as long with each layer on its way back, "
        f"{where}. The law for wide, deep networks is √(π/(π − 1)) = {fixed(GROWTH_BACKWARD, 2)}; the first layers, whose batch is "
        "still as random as it was drawn, do less."
    )
