"""What a link asked for and did not get: Streamlit drops values it cannot use without a word, so the page says it."""

import math
from collections.abc import Mapping, Sequence

from ui.plain import plain

MAX_BATCH_IN_LINK = 4_000  # characters of a batch; with the other settings well under the 8 kB that servers accept
PROJECTOR = "projector"  # the one setting of all pages
LARGER = 1.25  # than usual are letters and pictures then; in assets/projector.css too
SHOW_ME = "Just show me"  # the answer to a question of a page that shows what is right
SHOWN = 40
GONE = {"own_axes", "ir_beta"}  # what every picture does today, or another page
# What settings were called in links that have been shared, by key and text.
RENAMED = {
    **{(key, "Keras"): "Keras 3" for key in ("convention", "il_as", "fw_from", "fw_to")},
    ("tn_guess", "About as many, or more"): "About as many, or fewer",
    ("tn_guess", "Clearly fewer"): "Up to twice as many",
    ("tn_guess", "Hardly more than by guessing"): "More than twice as many",
    ("tn_layer", "10"): "last",
    ("yl_beside", "ε of another framework"): "ε = 1e-3 of another framework",
}

# Where sliders with uneven steps stop: all batch sizes up to 16, then eight for each doubling. A number between two stops,
# as links from before have it, becomes the nearer.
BATCH_SIZES = (
    *range(1, 17),
    *(size for least in (16, 32, 64, 128) for size in range(least + least // 8, 2 * least + 1, least // 8)),
)
STOPS: Mapping[str, Sequence[int]] = {
    "bs_m": BATCH_SIZES,
    "bs_together": BATCH_SIZES,
    "ti_batches": range(0, 501, 10),
    "ti_n": range(2, 129, 2),
}


def magnification(projector: object) -> float:
    """How much larger than usual letters and pictures are, by the setting of that name."""
    return LARGER if projector else 1.0


def unusable(asked: Mapping[str, str], got: Mapping[str, object]) -> list[str]:
    """One sentence for each setting of a link that the page could not use.

    asked: the query parameters as they came; got: what the page remembers by key, where a setting is a text, a number
    or a truth value, and a name that starts with "_" is none.
    """
    problems = []
    for key, text in asked.items():
        value = got.get(key)
        if key.startswith("_") or not isinstance(value, str | int | float):
            problems.append(f"“{_short(key)}” is not a setting of this picture.")
        elif not _same(text, value):
            problems.append(f"“{_short(key)}” cannot be “{_short(text)}”; {_short(str(value))} is shown instead.")
    return problems


def renamed(asked: Mapping[str, str]) -> dict[str, str]:
    """The settings of a link under today's names, at today's stops, and without those that are none any more."""
    return {
        key: _at_a_stop(STOPS.get(key, ()), RENAMED.get((key, text), text))
        for key, text in asked.items()
        if key not in GONE
    }


def _at_a_stop(stops: Sequence[int], text: str) -> str:
    if not stops or not text.isdecimal() or not stops[0] <= int(text) <= stops[-1]:
        return text
    return str(min(stops, key=lambda stop: abs(stop - int(text))))


def is_endless(text: str) -> bool:
    """Whether a text is a number, but not a finite one."""
    try:
        return not math.isfinite(float(text))
    except ValueError:
        return False


def _short(text: str) -> str:
    return plain(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def _same(text: str, value: str | float) -> bool:
    if isinstance(value, bool):
        return text.lower() == str(value).lower()
    try:
        return float(text) == float(value)
    except ValueError:
        return text == str(value)
