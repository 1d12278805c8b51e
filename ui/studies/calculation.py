"""One cell's whole calculation, as formulas with its numbers in them."""

from dataclasses import dataclass

from bn import Trace
from ui.numbers import in_parentheses, latex, latex_given


@dataclass(frozen=True)
class Tones:
    """The text colors of input, normalized and output on one background; each has 4.5:1 there."""

    x: str
    x_hat: str
    y: str


TONES = {"light": Tones("#0069A6", "#A84A00", "#00734F"), "dark": Tones("#6CB8EC", "#F58B4C", "#38C79A")}


def calculation(trace: Trace, row: int, feature: int, tones: Tones, batches_seen: int) -> dict[str, str]:
    """Four panels for the cell (row, feature), title to LaTeX: mean, variance, x_hat and y.

    Each reads as formula, numbers, result. In inference the first two say where the moving averages come from instead.
    """
    n = len(trace.x)
    mean, var = float(trace.mean[feature]), float(trace.var[feature])
    x, x_hat, y = (float(values[row, feature]) for values in (trace.x, trace.x_hat, trace.y))
    gamma, beta = float(trace.gamma[feature]), float(trace.beta[feature])

    def colored(tone: str, content: str) -> str:
        return rf"\textcolor{{{tone}}}{{{content}}}"

    x_i = colored(tones.x, "x_i")
    x_symbol = colored(tones.x, f"x_{{{row}}}")
    x_hat_symbol = colored(tones.x_hat, rf"\hat x_{{{row}}}")
    y_symbol = colored(tones.y, f"y_{{{row}}}")
    if trace.training:
        first = _lines(r"\mu", rf"\frac{{1}}{{{n}}} \sum_i {x_i}", latex(mean))
        second = _lines(r"\sigma^2", rf"\frac{{1}}{{{n}}} \sum_i \left({x_i} - \mu\right)^2", latex(var))
    else:
        after = rf"\text{{moving average after {batches_seen} {'batch' if batches_seen == 1 else 'batches'}}}"
        first = _lines(r"\mu", after, latex(mean))
        second = _lines(r"\sigma^2", after, latex(var))
    third = _lines(
        x_hat_symbol,
        rf"\frac{{{x_symbol} - \mu}}{{\sqrt{{\sigma^2 + \varepsilon}}}}",
        rf"\frac{{{colored(tones.x, latex_given(x))} - {in_parentheses(latex(mean))}}}{{\sqrt{{{latex(var)} + {latex_given(trace.eps)}}}}}",
        colored(tones.x_hat, latex(x_hat)),
    )
    fourth = _lines(
        y_symbol,
        rf"\gamma\,{x_hat_symbol} + \beta",
        rf"{latex_given(gamma)} \cdot {in_parentheses(latex(x_hat))} + {in_parentheses(latex_given(beta))}",
        colored(tones.y, latex(y)),
    )
    variance = "Variance, ÷ N" if trace.training else "Variance"
    return {"Mean": first, variance: second, "Normalize": third, "Scale and shift": fourth}


def _lines(symbol: str, *sides: str) -> str:
    """One symbol and what it equals, an equals sign on each line."""
    rows = r" \\[0.4em] &= ".join(sides)
    return rf"\begin{{aligned}} {symbol} &= {rows} \end{{aligned}}"
