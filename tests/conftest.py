"""hypothesis without chance or clock: the same examples on every machine; and the count of what the fuzzers tried."""

from collections import Counter

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


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
