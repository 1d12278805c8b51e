// Tables that belong together: choosing a cell in one marks it in all, and cells of an editable table can be typed into.
// The numbers arrive as text; nothing is computed here.

import { Live, POINT, PREVIEW, Wishes, element, find, gridKey, isShortcut, mount, say, write } from "./shared.js";

/**
 * @typedef {{name: string, title: string, cells: string[][], shades: number[][], editable: boolean}} WrittenTable
 * @typedef {{columns: string[], rows: string[], tables: WrittenTable[], chosen: [number, number], note: string}} Data
 */

const REST_MS = 120; // an arrow key that is held down asks the server once, when it comes to rest

/** @extends {Live<Data>} */
class Tables extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.shape = "";
    this.chosen = data.chosen;
    this.wishes = new Wishes();
    this.resting = this.timer();
    this.on(root, "pointerover", (event) => say(POINT, cellAt(event) ? place(cellAt(event)) : this.chosen));
    this.on(root, "pointerleave", () => say(POINT, this.chosen));
    this.on(root, "click", (event) => {
      const cell = cellAt(event);
      if (cell && !isOpen(cell)) this.#choose(cell, place(cell), 0);
    });
    this.on(root, "dblclick", (event) => {
      const cell = cellAt(event);
      if (cell && this.#isEditable(cell) && !isOpen(cell)) this.#edit(cell);
    });
    this.on(root, "keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    this.on(document, POINT, (/** @type {CustomEvent} */ { detail: [row, column] }) => {
      for (const cell of this.#cells("td")) {
        const [i, j] = place(cell);
        cell.classList.toggle("pointed", i === row && j === column);
      }
    });
    this.on(document, PREVIEW, (/** @type {CustomEvent} */ { detail: [column, text] }) => {
      for (const { name } of this.data.tables)
        this.#cells(`[data-table="${name}"] [data-column="${column}"]`).forEach((cell, row) => fill(cell, text[name][row]));
    });
  }

  /** @param {Data} data */
  update(data) {
    const { root } = this;
    super.update(data);
    const shape = JSON.stringify([data.rows, data.columns, data.note, data.tables.map((t) => [t.title, t.editable])]);
    const isNew = shape !== this.shape;
    if (isNew) {
      root.replaceChildren(...data.tables.map((table) => build(data, table)));
      if (data.note) root.append(element("p", {}, data.note));
      this.shape = shape;
    }
    for (const { name, cells, shades } of data.tables) {
      this.#cells(`[data-table="${name}"] td`).forEach((cell) => {
        const [i, j] = place(cell);
        fill(cell, cells[i][j]);
        cell.style.setProperty("--shade", `${Math.round(Math.abs(shades[i][j]) * 100)}%`);
        cell.classList.toggle("below", shades[i][j] < 0);
      });
    }
    const isLate = !isNew && this.wishes.outdate(data.chosen);
    if (isNew || (!isLate && `${this.chosen}` !== `${data.chosen}`)) this.#mark(data.chosen);
  }

  /** @param {string} css @returns {HTMLElement[]} */
  #cells(css) {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll(css))];
  }

  /** Mark a cell, its row and its column in every table. @param {[number, number]} chosen */
  #mark(chosen) {
    const [row, column] = (this.chosen = chosen);
    this.#cells(".box").forEach((box) => scrollTo(box, find(box, `[data-row="${row}"][data-column="${column}"]`)));
    for (const cell of this.#cells("td")) {
      const [i, j] = place(cell);
      const here = i === row && j === column;
      cell.tabIndex = here ? 0 : -1;
      cell.setAttribute("aria-selected", String(here));
      cell.classList.toggle("beside", !here && (i === row || j === column));
    }
  }

  /** @param {HTMLElement} from a cell of the table that keeps the focus @param {[number, number]} to @param {number} wait */
  #choose(from, to, wait) {
    const [row, column] = to;
    this.wishes.add(this.chosen, to);
    this.#mark(to);
    const table = /** @type {HTMLElement} */ (from.closest("table"));
    find(table, `[data-row="${row}"][data-column="${column}"]`).focus({ preventScroll: true });
    this.resting.start(wait, () => this.tell("choose", to));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const cell = cellAt(event);
    if (!cell || isShortcut(event)) return;
    const to = gridKey(event, place(cell), this.data.rows.length, this.data.columns.length);
    if (to) this.#choose(cell, to, REST_MS);
    else if (!this.#isEditable(cell)) return;
    else if (event.key === "Enter" || event.key === "F2") this.#edit(cell);
    else if (/^[-+.\d]$/.test(event.key)) this.#edit(cell, event.key);
    else return;
    event.preventDefault();
  }

  /** @param {HTMLElement} cell */
  #isEditable(cell) {
    const name = /** @type {HTMLElement} */ (cell.closest("table")).dataset.table;
    return this.data.tables.some((table) => table.editable && table.name === name);
  }

  /** Let a cell be typed into. @param {HTMLElement} cell @param {string} [typed] */
  #edit(cell, typed) {
    const before = cell.textContent ?? "";
    const [row, column] = place(cell);
    const label = `row ${this.data.rows[row]}, ${this.data.columns[column]}`;
    const input = /** @type {HTMLInputElement} */ (element("input", { "aria-label": label, inputmode: "decimal" }));
    const plain = before.replaceAll("−", "-");
    input.value = typed ?? plain;
    const close = (/** @type {boolean} */ keep) => {
      input.onblur = null;
      cell.textContent = before;
      if (keep && input.value.trim() !== plain) this.tell("edit", [row, column, input.value]);
    };
    input.onblur = () => close(true);
    input.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      close(event.key === "Enter");
      cell.focus();
    };
    cell.replaceChildren(input);
    input.focus();
    if (typed === undefined) input.select();
  }
}

/** @param {Data} data @param {WrittenTable} table */
function build(data, table) {
  const mark = element("span", { class: `mark ${table.name}`, "aria-hidden": "true" });
  const caption = element("figcaption", { id: `caption-${table.name}` }, mark, " ", table.title);
  const names = data.columns.map((name) => element("th", { scope: "col" }, name));
  const head = element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "row"), ...names));
  const body = data.rows.map((name, i) => {
    const cells = data.columns.map((_, j) => element("td", { "data-row": i, "data-column": j }));
    return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
  });
  const about = { role: "grid", "aria-labelledby": `caption-${table.name}`, "data-table": table.name };
  const grid = element("table", about, head, element("tbody", {}, ...body));
  return element("figure", {}, caption, element("div", { class: "box" }, grid));
}

/** Write into a cell, unless it is typed into. @param {HTMLElement} cell @param {string} text */
function fill(cell, text) {
  if (!isOpen(cell)) write(cell, text);
}

/** @param {HTMLElement} cell */
function isOpen(cell) {
  return cell.firstElementChild !== null;
}

/** Scroll a table, and not the page, to where a cell can be seen. @param {HTMLElement} box @param {HTMLElement} cell */
function scrollTo(box, cell) {
  const [top, left] = [cell.offsetTop - cell.offsetHeight, cell.offsetLeft - find(box, "th").offsetWidth];
  if (top < box.scrollTop) box.scrollTop = top;
  if (left < box.scrollLeft) box.scrollLeft = left;
  box.scrollTop = Math.max(box.scrollTop, cell.offsetTop + cell.offsetHeight - box.clientHeight);
  box.scrollLeft = Math.max(box.scrollLeft, cell.offsetLeft + cell.offsetWidth - box.clientWidth);
}

/** @param {Event} event */
function cellAt(event) {
  return /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("td"));
}

/** @param {HTMLElement | null} cell @returns {[number, number]} */
function place(cell) {
  return [Number(cell?.dataset.row), Number(cell?.dataset.column)];
}

export default mount(Tables);
