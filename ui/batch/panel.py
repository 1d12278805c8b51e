"""The panel that chooses the batch, in the lab and on pages that borrow it; the one place that keeps the reader's desk."""

from contextlib import suppress
from dataclasses import asdict, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from bn import DISTRIBUTIONS, Feature
from ui.batch import reading
from ui.batch.desk import DRAWN, EXAMPLE, OWN, Desk, Fields, sentence
from ui.batch.preview import show_reading
from ui.batch.reading import BatchError, Choices, OwnBatch, Reading
from ui.batch.sources import EXAMPLE_BATCH, Drawn, first_batch
from ui.links import MAX_BATCH_IN_LINK

PLACES = (0.0, 13.0, 18.0, 30.0, -6.0, 5.0, 50.0, -20.0)  # where each drawn feature lies
SCALES = (2.5, 2.0, 4.0, 4.0, 1.0, 0.5, 10.0, 6.0)  # and how far it spreads
SHAPES = ("normal", "uniform", "skewed", "two peaks", "one outlier", "dead feature", "normal", "normal")
SHAPE_NAMES = [distribution.name for distribution in DISTRIBUTIONS.values()]
DESK = "_desk"


# --- the desk of this session ------------------------------------------------------------------------------------


def desk_now() -> Desk | None:
    """The reader's desk; None where the lab was never opened, or the session has lost its memory."""
    desk: Desk | None = st.session_state.get(DESK)
    return desk


def put(desk: Desk) -> None:
    """Make this the reader's desk, and let the panel's fields say what it says; before the panel is drawn."""
    st.session_state[DESK] = desk
    for key, text in asdict(desk.fields).items():
        if st.session_state.get(key) != text:
            st.session_state[key] = text
    _keep_in_link()


def change_cells(cells: list[tuple[int, int, str]], training: bool) -> bool:
    """Change cells of the batch that is shown; whether they could be."""
    desk = desk_now()
    if desk is None or not cells or not all(desk.has(row, column) for row, column, _ in cells):
        return False
    changed = replace(desk, fields=_fields_now()).with_cells(cells, training)
    put(changed)
    return not changed.wrong.cell


def point_at(row: int, column: int) -> str | None:
    """The name of the feature of a cell that the reader chooses; None of a cell that there is not, or no more."""
    desk = desk_now()
    if desk is None or not desk.has(row, column):
        return None
    st.session_state[DESK] = desk.without_complaint()
    return desk.batch.names[column]


def take_back_cells() -> None:
    """Undo the last change of cells."""
    if desk := desk_now():
        put(desk.taken_back())


def read_ahead() -> None:
    """Read what this session has for a batch now, so that nobody waits for it later."""
    batch, learned = (st.session_state.get(key) or st.query_params.get(key) for key in ("batch", "learned"))
    if isinstance(batch, str):
        reading.read_ahead(batch, _choices_now(batch))
    if isinstance(learned, str):
        reading.read_ahead(learned, reading.as_it_was(learned))


def _fields_now() -> Fields:
    state = st.session_state
    return Fields(*(state.get(key) or default for key, default in asdict(Fields()).items()))


# --- how the rows are read: kept in the link beside them ----------------------------------------------------------

READ = "read"
AS_IT_LOOKS = "auto"  # of a text for which an older link means something else


def _choices_now(batch: str) -> Choices:
    """What is chosen of how the rows are read; in links from before there were choices, the way of that time."""
    state, link = st.session_state, st.query_params
    if "batch" in state and READ in state:
        return Choices.of(state[READ] or "")
    return Choices.of(link[READ]) if READ in link else reading.as_it_was(batch)


def _read_link() -> None:
    """Before the text area is drawn for the first time: take the choices from the link."""
    state = st.session_state
    if "batch" not in state or READ not in state:
        batch = state.get("batch") or st.query_params.get("batch") or ""
        asked = st.query_params.get(READ) or ""
        state[READ] = asked if asked == AS_IT_LOOKS else _choices_now(batch).text


def _keep_in_link() -> None:
    """Write the choices into the link where the rows are, so that it shows what is shown now."""
    text, read = st.session_state.get("batch") or "", st.session_state.get(READ) or ""
    if not text or len(text) > MAX_BATCH_IN_LINK:
        read = ""
    elif not read and reading.as_it_was(text) != Choices():
        read = AS_IT_LOOKS
    if st.query_params.get(READ, "") == read:
        return
    if read:
        st.query_params[READ] = read
    else:
        del st.query_params[READ]


def _choose(choices: Choices) -> None:
    st.session_state[READ] = choices.text
    _keep_in_link()


def _start_anew() -> None:
    """A new batch is a new start: the layer learned from it alone, and it is read as it looks."""
    st.session_state["learned"] = st.session_state[READ] = ""
    _keep_in_link()


# --- the lab's panel ---------------------------------------------------------------------------------------------


def set_up_batch(about_example: str) -> Desk:
    """The panel that chooses the lab's batch, and the desk with what it says. about_example: what the example is."""
    tabs = st.tabs([EXAMPLE, DRAWN, OWN], key="source", bind="query-params")
    with tabs[0]:
        st.markdown(about_example, anchors=False)
    with tabs[1]:
        drawn = _drawn_controls()
    with tabs[2]:
        st.file_uploader("Upload a CSV", type=["csv", "txt", "tsv"], key="upload", on_change=_take_upload)
        above_rows = st.container()
        text, learned, beneath_rows = _own_rows()
    fields = Fields(st.session_state.get("source") or EXAMPLE, text, learned, st.session_state.get(READ) or "")
    desk = (desk_now() or Desk()).read(fields, drawn)
    st.session_state[DESK] = desk
    if desk.wrong.upload:
        above_rows.error(desk.wrong.upload)
    if desk.wrong.batch:  # above the rows it stands above the fold
        with above_rows if text.strip() else beneath_rows:
            _complain(text, f"{desk.wrong.batch} Until then the last good batch is shown.")
    with beneath_rows:
        if fields.source == OWN and text.strip():
            show_reading(desk, _choose)
    with tabs[2]:
        _say_of_learned(desk)
    return desk


def _drawn_controls() -> Drawn:
    left, right = st.columns(2)
    batch_size = left.number_input("Batch size", 1, reading.MAX_ROWS, 8, key="n", bind="query-params")
    count = right.number_input("Features", 1, reading.MAX_COLUMNS, 4, key="c", bind="query-params")
    seed = left.number_input("Seed", 0, 999_999, 0, key="seed", bind="query-params")
    right.space("small")
    right.button("New batch", on_click=_next_seed, width="stretch", help="The same distributions with the next seed.")
    shapes = [
        st.selectbox(f"F{j}", SHAPE_NAMES, SHAPE_NAMES.index(SHAPES[j]), key=f"shape_{j}", bind="query-params")
        for j in range(count)
    ]
    keys = list(DISTRIBUTIONS)
    features = tuple(Feature(keys[SHAPE_NAMES.index(name)], PLACES[j], SCALES[j]) for j, name in enumerate(shapes))
    return Drawn(features, batch_size, seed)


def _next_seed() -> None:
    st.session_state["seed"] = (st.session_state.get("seed", 0) + 1) % 1_000_000


def _take_upload() -> None:
    desk, upload = desk_now(), st.session_state["upload"]
    if desk is None:
        return
    desk = replace(desk, fields=_fields_now()).without_complaint()
    put(desk.with_upload(upload.name, upload.getvalue()) if upload else desk)


def _own_rows() -> tuple[str, str, DeltaGenerator]:
    """The text areas for rows of the reader's own, and for others that the layer learned from; and a place between them."""
    state = st.session_state
    fits = len(state.get("batch", "")) + len(state.get("learned", "")) <= MAX_BATCH_IN_LINK
    text = _rows_area("Or paste a table", fits)
    beneath_rows = st.container()
    st.markdown(
        f":small[From a spreadsheet, a file, a console: up to {reading.MAX_ROWS} rows and {reading.MAX_COLUMNS} columns are used. "
        "Or drag a blue dot, or double-click a cell of the input table.]"
    )
    learned = st.text_area(
        "The averages were learned from",
        height=80,
        key="learned",
        placeholder="the same batch",
        bind="query-params" if fits else None,
        help=f"Rows of numbers with the same columns, “{EXAMPLE}” or “{DRAWN}”. A cell that is changed in "
        "inference puts here what the layer had seen before, since inference does not learn.",
    )
    if not fits:
        st.warning(
            f"This batch does not fit into a link: it has {len(text):,} characters, and {MAX_BATCH_IN_LINK:,} fit. "
            "The link holds every other setting, and a reload loses the batch. To keep it or pass it on, save input.csv "
            "under “Take it home”."
        )
    return text, learned, beneath_rows


def _rows_area(label: str, fits: bool) -> str:
    _read_link()
    return st.text_area(
        label,
        height=160,
        key="batch",
        placeholder="age, distance\n3, 42000\n12, 180000",
        bind="query-params" if fits else None,
        on_change=_start_anew,
    )


def _say_of_learned(desk: Desk) -> None:
    if desk.wrong.learned:
        st.error(f"To learn from: {desk.wrong.learned} Until then the averages are learned from the batch itself.")
    elif (
        desk.fields.source == OWN
        and desk.learned is not desk.shown
        and isinstance(desk.learned, Reading)
        and desk.learned.notes
    ):
        st.markdown(f":small[To learn from: {' '.join(map(sentence, desk.learned.notes))}]")


def _complain(text: str, problem: str) -> None:
    """Of nothing that was typed yet it is no error to be no batch."""
    (st.error if text.strip() else st.info)(problem)


# --- the panel of a page that borrows the batch ------------------------------------------------------------------


def batch_controls(page: str) -> OwnBatch:
    """The panel that chooses the batch, and that batch. Tabs and text have the lab's keys: its links lead to it here."""
    desk = desk_now()
    if desk and page not in desk.taken_to:
        st.session_state[DESK] = replace(desk, taken_to=desk.taken_to | {page})
        if "source" not in st.query_params:
            _take_over(desk)
    drawn = desk.shown if desk and isinstance(desk.shown, Drawn) else None
    with st.sidebar:
        st.header("Set up", anchor=False)
        tabs = st.tabs([EXAMPLE, DRAWN, OWN], key="source", bind="query-params")
        with tabs[0]:
            st.markdown("Eight rows of four features.")
        with tabs[1]:
            if drawn:
                st.markdown("The batch that was drawn in the lab. A link to this page does not hold it.")
            else:
                st.markdown("Nothing was drawn in the lab yet, so the example is shown.")
        with tabs[2]:
            own = _borrowed_rows()
    chosen = st.session_state.get("source")
    if chosen == DRAWN and drawn:
        return first_batch(drawn)
    return own if chosen == OWN and own is not None else EXAMPLE_BATCH


def _take_over(desk: Desk) -> None:
    """Let this page's fields say what the lab shows; widgets do not cross pages by themselves."""
    if isinstance(desk.shown, Drawn):
        st.session_state["source"] = DRAWN
    elif desk.shown is EXAMPLE_BATCH:
        st.session_state["source"] = EXAMPLE
    else:
        text, choices = reading.write_exactly(desk.shown)
        st.session_state["source"] = OWN
        st.session_state["batch"] = text
        st.session_state[READ] = choices.text
        if len(text) <= MAX_BATCH_IN_LINK:
            # What is there before its widget does not reach the link by itself. Refused where the lab still holds the
            # name; then the link follows with the next change.
            with suppress(StreamlitAPIException):
                st.query_params.update({"source": OWN, "batch": text})
        _keep_in_link()


def _borrowed_rows() -> OwnBatch | None:
    """What the text area holds; None where that is no batch."""
    fits = len(st.session_state.get("batch", "")) <= MAX_BATCH_IN_LINK
    text = _rows_area("Paste a table", fits)
    if not fits:
        st.warning("This batch is too long for a link; a reload loses it.")
    try:
        own = reading.read_as(text, Choices.of(st.session_state.get(READ) or ""))
    except BatchError as problem:
        if st.session_state.get("source") == OWN:
            _complain(text, f"{sentence(problem)} Until then the example is shown.")
        return None
    if own.notes and st.session_state.get("source") == OWN:
        st.markdown(f":small[{' '.join(map(sentence, own.notes))}]")
    return own


def describe_batch(batch: OwnBatch) -> str:
    """Which batch the page shows, as a sentence."""
    n, c = batch.values.shape
    kind = "the example" if batch is EXAMPLE_BATCH else "yours" if st.session_state.get("source") == OWN else "drawn"
    rows, features = "row" if n == 1 else "rows", "feature" if c == 1 else "features"
    return f"The batch is **{kind}**: {n} {rows}, {c} {features}. Bring your own in the panel at the side."
