"""Compute the maps of learning rate × depth anew: `python -m tools.rate_map`, a good quarter of an hour of one core.

How a processor rounds shows in the cells at the edge of what trains, and hardly in the others.
"""

from ui.serving.threads import compute_on_one_thread
from ui.studies.rate_map import FILE, maps, sweep, written


def main() -> None:
    """Sweep each map, and write all of them to their file."""
    compute_on_one_thread()
    cells = {}
    for base in maps():
        cells[base] = [cell for cell in sweep(base) if cell]
        print(f"{base.activation}, {base.placement}, weights × {base.scale:g}", flush=True)
    FILE.write_text(written(cells), encoding="utf-8")


if __name__ == "__main__":
    main()
