"""What the lab shows, read from its page."""

import re
from html import unescape
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from tests.pages.driving import components, open_page


def own(text: str, **link: str) -> AppTest:
    return open_page(source="Your own", batch=text, **link)


def batch_tables(at: AppTest) -> dict[str, Any]:
    (data,) = [data for data in components(at) if "tables" in data]
    return data


def stage(at: AppTest) -> dict[str, Any]:
    """What the live stage is told to draw."""
    (data,) = [data for data in components(at) if "feature" in data]
    return data


def features(at: AppTest) -> dict[str, Any]:
    """What the features side by side are told to draw."""
    (data,) = [data for data in components(at) if "features" in data and not data["sliders"]]
    return data


def statistics(at: AppTest) -> dict[str, list[float]]:
    (table,) = [each.proto.body for each in at.get("html") if 'class="bn-statistics"' in each.proto.body]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table)
    return {unescape(name).removesuffix(" (used)"): numbers(re.findall(r"<td>(.*?)</td>", row)) for name, row in rows}


def cells(at: AppTest) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The numbers in the tables of x, x_hat and y."""
    return tuple(np.array([numbers(row) for row in table["cells"]]) for table in batch_tables(at)["tables"])


def numbers(texts: list[str]) -> list[float]:
    return [float(text.replace("−", "-")) for text in texts]


def formulas(at: AppTest) -> str:
    """The display formulas of the page, in LaTeX."""
    return " ".join(each.value for each in at.markdown if "\n$$\n" in each.value)


def messages(at: AppTest, kind: str) -> str:
    """What the alerts of a kind say, without the signs that keep it from being markup."""
    return re.sub(
        r"\\([!-/:-@\[-`{-~])|[\u200b-\u200d\u2060]", r"\1", "\n".join(alert.value for alert in getattr(at, kind))
    )


def said(at: AppTest) -> str:
    return "\n".join(text.value for text in (*at.markdown, *at.caption))
