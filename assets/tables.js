// Tables that belong together: choosing a cell in one marks it in all, and cells of an editable table can be typed into.
// The numbers arrive as text; nothing is computed here.

/**
 * @typedef {{name: string, title: string, unit: string, cells: string[][], shades: number[][], editable: boolean}} Table
 * @typedef {{columns: string[], rows: string[], tables: Table[], chosen: [number, number] | null, note: string}} Data
 * @typedef {{parentElement: ShadowRoot, data: [Data], setTriggerValue: (name: string, value: unknown) => void}} Component
 */

const POINT = "bn-point"; // what one part of the page points at, the others mark: [row, column]
const PREVIEW = "bn-preview"; // while something is held elsewhere: a column, and its cells in each table, until the server answers
const REST_MS = 120; // an arrow key that is held down asks the server once, when it comes to rest

/** @param {Component} component */
export default function (component) {
  const {
    parentElement,
    data: [data],
  } = component;
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".tables"));
  const shape = JSON.stringify([data.rows, data.columns, data.tables.map((t) => [t.title, t.unit, t.editable])]);
  if (root.dataset.shape !== shape) {
    root.replaceChildren(...data.tables.map((table) => build(data, table)));
    if (data.note) root.append(element("p", {}, data.note));
    root.dataset.shape = shape;
    root.dataset.chosen = ""; // the new cells are unmarked
  }
  fill(root, data);
  listen(root, component);
  return () => hear(root, null);
}

/** @param {string} tag @param {Record<string, string>} attributes @param {string} [text] */
function element(tag, attributes, text) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** @param {Data} data @param {Table} table */
function build(data, table) {
  const figure = element("figure", {});
  const caption = element("figcaption", { id: `caption-${table.name}` });
  if (data.chosen) caption.append(element("span", { class: `mark ${table.name}`, "aria-hidden": "true" }), " ");
  caption.append(table.title);
  const grid = element("table", {
    role: data.chosen ? "grid" : "table",
    "aria-labelledby": `caption-${table.name}`,
    "data-table": table.name,
  });
  const head = element("tr", {});
  head.append(element("th", { scope: "col" }, table.unit));
  for (const name of data.columns) head.append(element("th", { scope: "col" }, name));
  const body = element("tbody", {});
  data.rows.forEach((name, i) => {
    const row = element("tr", {});
    row.append(element("th", { scope: "row" }, name));
    data.columns.forEach((_, j) => row.append(element("td", { "data-row": String(i), "data-column": String(j) })));
    body.append(row);
  });
  const top = element("thead", {});
  top.append(head);
  grid.append(top, body);
  const box = element("div", { class: "box" });
  if (!data.chosen) {
    box.setAttribute("role", "group");
    box.setAttribute("tabindex", "0");
    box.setAttribute("aria-labelledby", `caption-${table.name}`);
  }
  box.append(grid);
  figure.append(caption, box);
  return figure;
}

/** @param {HTMLElement} root @param {Data} data */
function fill(root, data) {
  data.tables.forEach((table) => {
    const cells = root.querySelectorAll(`[data-table="${table.name}"] td`);
    const width = data.columns.length;
    cells.forEach((cell, at) => {
      const [i, j] = [Math.floor(at / width), at % width];
      write(cell, table.cells[i][j]);
      const shade = table.shades.length ? table.shades[i][j] : 0;
      /** @type {HTMLElement} */ (cell).style.setProperty("--shade", `${Math.round(Math.abs(shade) * 100)}%`);
      cell.classList.toggle("below", shade < 0);
    });
  });
  if (data.chosen && root.dataset.chosen !== String(data.chosen)) mark(root, ...data.chosen);
}

/** @param {Element} cell @param {string} text */
function write(cell, text) {
  if (!cell.querySelector("input") && cell.textContent !== text) cell.textContent = text;
}

/** Mark a cell, its row and its column in every table. @param {HTMLElement} root @param {number} row @param {number} column */
function mark(root, row, column) {
  show(root, row, column);
  root.dataset.chosen = `${row},${column}`;
  for (const cell of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("td"))) {
    const [i, j] = place(cell);
    const here = i === row && j === column;
    cell.tabIndex = here ? 0 : -1;
    cell.setAttribute("aria-selected", String(here));
    cell.classList.toggle("beside", !here && (i === row || j === column));
  }
}

/** Scroll every table, and not the page, to where the cell can be seen. @param {HTMLElement} root @param {number} row @param {number} column */
function show(root, row, column) {
  for (const box of root.querySelectorAll(".box")) {
    const cell = /** @type {HTMLElement} */ (box.querySelector(`[data-row="${row}"][data-column="${column}"]`));
    const [head, side] = [cell.offsetHeight, /** @type {HTMLElement} */ (box.querySelector("th")).offsetWidth];
    const [top, left] = [cell.offsetTop - head, cell.offsetLeft - side];
    if (top < box.scrollTop) box.scrollTop = top;
    if (left < box.scrollLeft) box.scrollLeft = left;
    box.scrollTop = Math.max(box.scrollTop, cell.offsetTop + cell.offsetHeight - box.clientHeight);
    box.scrollLeft = Math.max(box.scrollLeft, cell.offsetLeft + cell.offsetWidth - box.clientWidth);
  }
}

/** @type {WeakMap<HTMLElement, AbortController>} */
const heard = new WeakMap();

/** Show what other parts of the page point at and hold. @param {HTMLElement} root @param {Data | null} data null: no more */
function hear(root, data) {
  heard.get(root)?.abort();
  if (!data?.chosen) return;
  const until = new AbortController();
  heard.set(root, until);
  const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) =>
    document.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail), { signal: until.signal });
  on(POINT, ([row, column]) => {
    for (const cell of root.querySelectorAll("td")) {
      const [i, j] = place(cell);
      cell.classList.toggle("pointed", i === row && j === column);
    }
  });
  on(PREVIEW, ([column, text]) => {
    for (const { name } of data.tables)
      root
        .querySelectorAll(`[data-table="${name}"] [data-column="${column}"]`)
        .forEach((cell, row) => write(cell, text[name][row]));
  });
}

/** @param {HTMLElement} cell @returns {[number, number]} */
function place(cell) {
  return [Number(cell.dataset.row), Number(cell.dataset.column)];
}

/** @param {HTMLElement} root @param {Component} component */
function listen(root, { data: [data], setTriggerValue }) {
  hear(root, data);
  if (!data.chosen) return;
  const chosen = data.chosen;
  const point = (/** @type {[number, number]} */ detail) => document.dispatchEvent(new CustomEvent(POINT, { detail }));
  let rest = 0;

  /** @param {HTMLElement} grid @param {number} row @param {number} column @param {number} wait */
  const choose = (grid, row, column, wait) => {
    const i = Math.max(0, Math.min(data.rows.length - 1, row));
    const j = Math.max(0, Math.min(data.columns.length - 1, column));
    mark(root, i, j);
    /** @type {HTMLElement} */ (grid.querySelector(`[data-row="${i}"][data-column="${j}"]`)).focus({ preventScroll: true });
    window.clearTimeout(rest);
    rest = window.setTimeout(() => setTriggerValue("choose", [i, j]), wait);
  };

  /** @param {HTMLElement} cell @param {string} [typed] */
  const edit = (cell, typed) => {
    const before = cell.textContent ?? "";
    const [row, column] = place(cell);
    const label = `row ${data.rows[row]}, ${data.columns[column]}`;
    const input = /** @type {HTMLInputElement} */ (element("input", { "aria-label": label, inputmode: "decimal" }));
    input.value = typed ?? before;
    const close = (/** @type {boolean} */ keep) => {
      input.onblur = null;
      cell.textContent = before;
      if (keep && input.value.trim() !== before) setTriggerValue("edit", [row, column, input.value]);
    };
    input.onblur = () => close(true);
    input.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return event.stopPropagation();
      event.preventDefault();
      event.stopPropagation();
      close(event.key === "Enter");
      cell.focus();
    };
    cell.replaceChildren(input);
    input.focus();
    if (typed === undefined) input.select();
  };

  const cellOf = (/** @type {Event} */ event) =>
    /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("td"));
  const gridOf = (/** @type {HTMLElement} */ cell) => /** @type {HTMLElement} */ (cell.closest("table"));
  const editable = (/** @type {HTMLElement} */ cell) =>
    data.tables.some((table) => table.editable && table.name === gridOf(cell).dataset.table);

  root.onpointerover = (event) => point(cellOf(event) ? place(/** @type {HTMLElement} */ (cellOf(event))) : chosen);
  root.onpointerleave = () => point(chosen);
  root.onclick = (event) => {
    const cell = cellOf(event);
    if (cell && !cell.querySelector("input")) choose(gridOf(cell), ...place(cell), 0);
  };
  root.ondblclick = (event) => {
    const cell = cellOf(event);
    if (cell && editable(cell) && !cell.querySelector("input")) edit(cell);
  };
  root.onkeydown = (event) => {
    const cell = cellOf(event);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const [i, j] = place(cell);
    /** @type {Record<string, [number, number]>} */
    const moves = {
      ArrowUp: [i - 1, j],
      ArrowDown: [i + 1, j],
      ArrowLeft: [i, j - 1],
      ArrowRight: [i, j + 1],
      Home: [i, 0],
      End: [i, data.columns.length - 1],
      PageUp: [0, j],
      PageDown: [data.rows.length - 1, j],
    };
    if (event.key in moves) {
      event.preventDefault();
      choose(gridOf(cell), ...moves[event.key], REST_MS);
    } else if (editable(cell) && (event.key === "Enter" || event.key === "F2")) {
      event.preventDefault();
      edit(cell);
    } else if (editable(cell) && /^[-+.\d]$/.test(event.key)) {
      event.preventDefault();
      edit(cell, event.key);
    }
  };
}
