"""What all tests share: hypothesis without chance or clock, who trains, and a stand-in for any other processor.

How float32 rounds differs from one processor to the next, and a training run makes two of what differed in the last
digit. So what a test says of a run must hold however its first weights are rounded: `make kernels` runs the tests that
are marked `trains` on other kernels of BLAS and NumPy, and with ROUNDING=1, 2, 3. A test that trains without the mark
fails; but on the pages it is the clock that says how many steps a turn takes, and there the mark is set by hand.
"""

import os
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import settings

from bn import Network
from bn.networks import together, training

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

ROUNDING = int(os.environ.get("ROUNDING", "0"))


# --- another rounding --------------------------------------------------------------------------------------------


def rounded_otherwise(create):
    """`Network.create`, but each weight is one part in 2**23 (float32) larger or smaller; in twins it is the same."""

    def otherwise(sizes, *args, **settings):
        network = create(sizes, *args, **settings)
        rng = np.random.default_rng([ROUNDING, *network.sizes])
        parameters = network.parameters.copy()
        for layer in network.layout.views(parameters):
            layer.weights[...] *= 1 + np.finfo(network.dtype).eps * rng.choice([-1, 1], layer.weights.shape)
        return replace(network, parameters=parameters)

    return otherwise


if ROUNDING:
    Network.create = rounded_otherwise(Network.create)


# --- who trains --------------------------------------------------------------------------------------------------

BY_THE_CLOCK = ("pages", "fuzz")
A_FEW = 50  # steps: a page that opens, or a test of one step, takes fewer, and so few make nothing of a last digit
runs = [0]  # steps of the longest run in what goes on now: in a test, in a fixture, in a fixture of a fixture


def counted(batches):
    """The batches of a run, with an eye on how many are taken."""

    def one_by_one(*args):
        for number, batch in enumerate(batches(*args), start=1):
            runs[-1] = max(runs[-1], number)
            yield batch

    return one_by_one


training._batches = counted(training._batches)
together.drawn_batches = counted(together.drawn_batches)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef):
    """Remember for how long a fixture trained: whoever shares what it made trained as long."""
    runs.append(0)
    try:
        return (yield)
    finally:
        fixturedef.longest_run = runs.pop()
        runs[-1] = max(runs[-1], fixturedef.longest_run)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Fail a test that trained, itself or in its fixtures, and does not say so."""
    runs.append(0)
    result = yield
    shared = [each for defs in item._fixtureinfo.name2fixturedefs.values() for each in defs]
    steps = max([runs.pop(), *(getattr(each, "longest_run", 0) for each in shared)])
    if steps > A_FEW and not item.get_closest_marker("trains") and item.path.parent.name not in BY_THE_CLOCK:
        pytest.fail("it trains: mark it with @pytest.mark.trains, so that `make kernels` runs it", pytrace=False)
    return result


def pytest_terminal_summary(terminalreporter):
    """Say how much was tried: the properties that the fixture `tried` of tests/fuzz records."""
    tried = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, times in getattr(report, "user_properties", ()):
                if name.startswith("tried "):
                    tried[name.removeprefix("tried ")] += times
    if tried:
        terminalreporter.write_line(
            "fuzzed: " + ", ".join(f"{times:,} {what}" for what, times in sorted(tried.items()))
        )
