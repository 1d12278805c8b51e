"""The backward pass: from the outputs' gradient to the inputs', what is taken out on the way, and a check in the open."""

from dataclasses import replace

import numpy as np
import streamlit as st

from bn import BatchNorm, FloatArray, Graph, jacobian
from ui import charts
from ui.batch.panel import batch_controls, describe_batch
from ui.batch.reading import OwnBatch
from ui.choice import keep_name, keep_row
from ui.figures import graph
from ui.figures import jacobian as heat_map
from ui.frame import fragment, frame
from ui.live import film
from ui.memory import go_on
from ui.numbers import counted, fixed, latex, short
from ui.plain import plain
from ui.predict import predict, reveal
from ui.studies.gradient_check import STEPS, check
from ui.studies.one_feature import (
    LARGEST,
    LIKE_PYTORCH,
    MOST_ADDED,
    SMALLEST,
    STEEPEST,
    Problem,
    check_reel,
    place_of,
    pushed_reels,
    way_back_reels,
)
from ui.words import prose

MOST_ROWS = 16  # of the Jacobian that are drawn
H = -5.0  # the power of ten of the check's step, at first
GROWS, SHARED, STAYS = "each grows by γ/√(σ²+ε) of it", "it is shared out, 1/N to each", "nothing"


# --- which feature, which gradient -------------------------------------------------------------------------------


def controls(batch: OwnBatch) -> Problem:
    rows = len(batch.values)
    keep_row("bp_row", rows)
    keep_name("bp_feature", batch.names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        feature = st.selectbox("Feature", batch.names, key="bp_feature", bind="query-params", width=110)
        row = st.number_input("Row i", 0, rows - 1, 0, key="bp_row", bind="query-params", width=105)
        gamma = st.slider(
            "γ of this feature", -STEEPEST, STEEPEST, 1.5, 0.1, key="bp_gamma", bind="query-params", width=150
        )
        exponent = st.slider("ε, its power of ten", SMALLEST, LARGEST, -5, key="bp_eps", bind="query-params", width=150)
        seed = st.number_input("∂L/∂y drawn, seed", 0, 999, 0, key="bp_seed", bind="query-params", width=165)
        typed = st.text_input(
            "or your own ∂L/∂y",
            key="bp_dy",
            bind="query-params",
            placeholder=counted(rows, "number"),
            max_chars=2000,
            width=160,
        )
    x = batch.values[:, batch.names.index(feature)].astype(np.float64)
    dy = own_gradient(typed, rows)
    if dy is None:
        dy = np.random.default_rng(int(seed)).standard_normal(rows).round(2)
    return Problem(x, dy, gamma, 10.0**exponent, int(row))


def own_gradient(typed: str, rows: int) -> FloatArray | None:
    """The numbers the reader typed; None, and a sentence that says what is wrong, if they cannot be used."""
    words = typed.replace(",", " ").replace(";", " ").split()
    if not words:
        return None
    problem = ""
    values = np.zeros(0)
    try:
        values = np.array([float(word) for word in words])
    except ValueError:
        wrong = next(word for word in words if not is_number(word))
        problem = f"“{plain(wrong[:20])}” is not a number"
    if not problem and not (np.isfinite(values).all() and (np.abs(values) <= 1e6).all()):
        problem = "every number must be between −1,000,000 and 1,000,000"
    if not problem and len(values) != rows:
        problem = f"it has {counted(len(values), 'number')}; the batch has {counted(rows, 'row')}, and each needs one"
    if problem:
        st.error(f"Your ∂L/∂y cannot be used: {problem}. Until then the drawn one is shown.")
        return None
    return values


def is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


# --- the way back ------------------------------------------------------------------------------------------------


@fragment
def way_back(problem: Problem) -> None:
    step = st.slider("Steps back", 0, graph.LAST, 3, key="bp_step", bind="query-params")
    picture, words = st.columns([5, 4], gap="medium", vertical_alignment="center")
    film.show(picture, *way_back_reels(problem, step), key="bp_graph")
    words.markdown(SAY[step](problem, problem.graph(problem.dy)))


def number(array: FloatArray, row: int | None = None) -> str:
    return latex(float(array if row is None else array[row]), 3)


def say_forward(problem: Problem, _it: Graph) -> str:
    return (
        "**Forward.** Each node holds its value for row "
        f"{problem.row}; what has no index belongs to the whole column. The loss $L$ tells the layer one thing: how it "
        "changes with each output. Move the slider to carry that back."
    )


def say_output(problem: Problem, it: Graph) -> str:
    return (
        "**What arrives.** $\\partial$ at a node is the gradient of the loss with respect to its value.\n\n"
        f"$$\\frac{{\\partial L}}{{\\partial y_{{{problem.row}}}}} = {number(it.gradients['y'], problem.row)}$$"
    )


def say_shift(_problem: Problem, it: Graph) -> str:
    return (
        "**Through + β.** A sum hands its gradient on unchanged. β stands in every row's sum, so its gradient adds up "
        "over the batch.\n\n"
        f"$$\\frac{{\\partial L}}{{\\partial \\beta}} = \\sum_k \\frac{{\\partial L}}{{\\partial y_k}} = "
        f"{number(it.gradients['beta'])}$$"
    )


def say_scale(problem: Problem, it: Graph) -> str:
    i = problem.row
    return (
        "**Through · [γ](#gamma).** A product hands each factor the gradient times the *other* factor.\n\n"
        f"$$\\frac{{\\partial L}}{{\\partial \\gamma}} = \\sum_k \\frac{{\\partial L}}{{\\partial y_k}}\\,\\hat x_k = "
        f"{number(it.gradients['gamma'])}$$\n\n"
        f"$$\\frac{{\\partial L}}{{\\partial \\hat x_{{{i}}}}} = \\gamma\\,\\frac{{\\partial L}}{{\\partial y_{{{i}}}}} = "
        f"{number(it.gradients['x_hat'], i)}$$"
    )


def say_inverse(_problem: Problem, it: Graph) -> str:
    return (
        "**The way parts.** [x̂](#x-hat) is a product of two factors, and both depend on the batch. First the one that all rows "
        "share, $s = 1/\\sqrt{\\sigma^2+\\varepsilon}$: its gradient gathers from every row.\n\n"
        "$$\\frac{\\partial L}{\\partial s} = \\sum_k \\frac{\\partial L}{\\partial \\hat x_k}\\,(x_k-\\mu) = "
        f"{number(it.gradients['inverse'])}$$"
    )


def say_variance(_problem: Problem, it: Graph) -> str:
    return (
        "**Through 1/ and √.** Two plain derivatives, up to the [variance](#variance).\n\n"
        "$$\\frac{\\partial L}{\\partial \\sigma^2} = \\frac{\\partial L}{\\partial s}\\cdot"
        "\\frac{-1}{\\sigma^2+\\varepsilon}\\cdot\\frac{1}{2\\sqrt{\\sigma^2+\\varepsilon}} = "
        f"{number(it.gradients['var'])}$$"
    )


def say_centered(problem: Problem, it: Graph) -> str:
    i, n = problem.row, len(problem.x)
    return (
        f"**Back to each row.** The variance is a mean over {counted(n, 'row')}, so each square gets $1/{n}$ of its gradient. Two "
        f"ways meet at $x_{{{i}}}-\\mu$: through x̂, and through the variance.\n\n"
        f"$$\\frac{{\\partial L}}{{\\partial (x_{{{i}}}-\\mu)}} = \\underbrace{{{number(it.through_x_hat, i)}}}_{{\\hat x}}"
        f" + \\underbrace{{{number(it.through_squared, i)}}}_{{\\sigma^2}} = {number(it.gradients['centered'], i)}$$"
    )


def say_mean(_problem: Problem, it: Graph) -> str:
    return (
        "**To the mean.** μ was subtracted in every row: minus the sum of all of them.\n\n"
        "$$\\frac{\\partial L}{\\partial \\mu} = -\\sum_k \\frac{\\partial L}{\\partial (x_k-\\mu)} = "
        f"{number(it.gradients['mean'])}$$"
    )


def say_input(problem: Problem, it: Graph) -> str:
    i, n = problem.row, len(problem.x)
    compact = problem.compact()
    apart = float(np.abs(compact - it.gradients["x"]).max())
    return (
        f"**Arrived.** Each row also stood in the mean, with weight $1/{n}$.\n\n"
        f"$$\\frac{{\\partial L}}{{\\partial x_{{{i}}}}} = {number(it.gradients['centered'], i)} + "
        f"\\frac{{{number(it.gradients['mean'])}}}{{{n}}} = {number(it.gradients['x'], i)}$$\n\n"
        "All steps in one, as a layer computes it:\n\n"
        "$$\\frac{\\partial L}{\\partial x_i} = \\frac{\\gamma}{\\sqrt{\\sigma^2+\\varepsilon}}\\left("
        "\\frac{\\partial L}{\\partial y_i} - \\frac{1}{N}\\frac{\\partial L}{\\partial \\beta} - "
        "\\frac{\\hat x_i}{N}\\frac{\\partial L}{\\partial \\gamma}\\right)$$\n\n"
        f"For row {i} it gives ${number(compact, i)}$; over {counted(n, 'row')} the two differ by at most **{short(apart)}**."
    )


SAY = (
    say_forward,
    say_output,
    say_shift,
    say_scale,
    say_inverse,
    say_variance,
    say_centered,
    say_mean,
    say_input,
)


# --- what is taken out -------------------------------------------------------------------------------------------


@fragment
def taken_out(problem: Problem) -> None:
    st.subheader("What the layer takes out of a gradient", anchor=False)
    guess = predict(
        "Add one and the same number to every ∂L/∂y. What happens to the ∂L/∂x?", [GROWS, SHARED, STAYS], key="bp_guess"
    )
    before = problem.graph(problem.dy)
    if guess is None:
        prose("backward_pass/question")
        return
    add_one = problem.graph(problem.dy + 1).gradients["x"] - before.gradients["x"]
    reveal(guess, right_answer(problem, before, add_one), because(add_one))
    go_on()
    left, right = st.columns([2, 3], gap="medium", vertical_alignment="center")
    with left:
        constant = st.slider("Add to every ∂L/∂y", -MOST_ADDED, MOST_ADDED, 1.0, 0.1, key="bp_add", bind="query-params")
        multiple = st.slider("Add so many x̂", -MOST_ADDED, MOST_ADDED, 0.0, 0.1, key="bp_times", bind="query-params")
        dy = problem.dy + constant + multiple * before.values["x_hat"]
        after = problem.graph(dy)
        st.markdown(say_sums(problem, after))
    film.show(right, *pushed_reels(problem, constant, multiple), key="bp_pushed")


def right_answer(problem: Problem, it: Graph, add_one: FloatArray) -> str:
    """What the numbers bear out: no change beyond rounding, or the nearer of the other two."""
    grown = abs(problem.gamma) * float(it.values["inverse"])
    change = float(np.abs(add_one).max())
    if change <= 1e-9 * grown or change == 0:
        return STAYS
    return GROWS if abs(change - grown) < abs(change - grown / len(problem.x)) else SHARED


def because(add_one: FloatArray) -> str:
    return (
        f"Adding 1 to all of them changes the ∂L/∂x by at most **{short(np.abs(add_one).max())}**, which is rounding: no "
        "input can raise all outputs at once, for the mean is subtracted."
    )


def say_sums(problem: Problem, it: Graph) -> str:
    dx, x_hat = it.gradients["x"], it.values["x_hat"]
    var = float(it.values["var"])
    through = problem.eps / (var + problem.eps)
    return (
        f"Σ ∂L/∂x = **{short(dx.sum())}**: always 0, up to rounding.\n\n"
        f"Σ ∂L/∂x · x̂ = **{short(float(dx @ x_hat))}**: 0 as [ε](#epsilon) → 0. Of a multiple of x̂, ε/(σ²+ε) = {short(through)} gets through; "
        "move ε above and see.\n\n"
        f"Σ ∂L/∂y = {fixed(float(it.gradients['beta']))} went to β, Σ ∂L/∂y · x̂ = "
        f"{fixed(float(it.gradients['gamma']))} to γ."
    )


# --- which output depends on which input -------------------------------------------------------------------------


def dependence(problem: Problem) -> None:
    st.subheader("Which output depends on which input", anchor=False)
    layer = replace(
        BatchNorm.create(1, LIKE_PYTORCH, channel_axis=1), gamma=np.array([problem.gamma]), eps=problem.eps, decay=None
    )
    trace, after = layer.train(problem.x[:, None])
    training, inference = jacobian(trace, 0), jacobian(after.infer(problem.x[:, None]), 0)
    filled, of = heat_map.entries(training)
    st.markdown(
        f"Row i: output i; column j: input j; violet above 0, yellow below. In **training** {filled} of {of} entries off "
        "the diagonal are not 0: every output depends on every input of its feature. In **inference** mean and variance "
        f"are constants, and {heat_map.entries(inference)[0]} are left."
    )
    shown = tuple(each[:MOST_ROWS, :MOST_ROWS] for each in (training, inference))
    if len(problem.x) > MOST_ROWS:
        st.markdown(f":small[Drawn: the first {MOST_ROWS} of {len(problem.x)} rows.]")
    charts.show(st.container(), heat_map.draw(*shown), key="bp_jacobian", alt=heat_map.describe(*shown))
    prose("backward_pass/jacobian")


# --- the check in the open ---------------------------------------------------------------------------------------


def in_the_open(problem: Problem) -> None:
    st.subheader("Check it", anchor=False)
    prose("backward_pass/check")
    picture = st.container()
    step_of_the_check(problem)
    # Outside of the slider's part, so that an answer to the slider does not bring it again.
    film.show(picture, (check_reel(problem), st.session_state.get("bp_h", H)), key="bp_check")


@fragment
def step_of_the_check(problem: Problem) -> None:
    found = check(problem.x, problem.dy, problem.gamma, problem.eps)
    exponent = st.slider(
        "Step h, its power of ten, in units of √(σ²+ε)", -12.0, 0.0, H, 0.5, key="bp_h", bind="query-params"
    )
    at, best = place_of(exponent), min(range(len(STEPS)), key=lambda k: found.of_x[k])
    st.markdown(
        f"At h = {short(STEPS[at], 1)} the largest difference over {counted(len(problem.x), 'row')} is **{short(found.of_x[at])}** of the "
        f"largest ∂L/∂x; ∂L/∂γ is off by {short(found.of_gamma[at])} and ∂L/∂β by {short(found.of_beta[at])} of Σ |∂L/∂y|. "
        f"The best h here is {short(STEPS[best], 1)}, with {short(found.of_x[best])}."
    )


# --- the page ----------------------------------------------------------------------------------------------------

with frame("backward_pass"):
    batch = batch_controls("bp")
    st.markdown(describe_batch(batch))
    if len(batch.values) == 1:
        st.info(
            "One row in training is its own mean: x̂ is 0 whatever x is, so nothing comes back to x. PyTorch refuses to train "
            "on it; in inference it is a batch like any other."
        )
    problem = controls(batch)
    way_back(problem)
    taken_out(problem)
    dependence(problem)
    in_the_open(problem)
