/* The table of frames with the largest values; a click shows a frame's callers and callees. */

import { data } from "./data.js";
import { exactText, sizeText } from "./model.js";
import { state } from "./state.js";

const ROWS = 300;

function columnsOf() {
  const own = [
    { key: "total", title: "total", of: (row) => row[state.side === "before" ? "wasTotal" : "total"] },
    { key: "self", title: "self", of: (row) => row[state.side === "before" ? "wasSelf" : "self"] },
  ];
  const both = [
    { key: "wasTotal", title: "before", of: (row) => row.wasTotal },
    { key: "total", title: "after", of: (row) => row.total },
    { key: "change", title: "change", of: (row) => row.total - row.wasTotal, signed: true },
    { key: "selfChange", title: "self change", of: (row) => row.self - row.wasSelf, signed: true },
  ];
  return data.sides === 2 ? both : own;
}

/** @param options whole (value of everything), onPick(frame), onSort(key) */
export function drawTable(table, options) {
  const columns = columnsOf();
  const sorted = columns.find((one) => one.key === state.sort) ?? columns[data.sides === 2 ? 2 : 0];
  const size = (row) => (sorted.signed ? Math.abs(sorted.of(row)) : sorted.of(row));
  const rows = data.top
    .filter((row) => state.expression === undefined || state.expression.test(data.names[row.frame]))
    .toSorted((a, b) => size(b) - size(a))
    .slice(0, ROWS);
  const head = element("tr", {});
  for (const column of columns) {
    const cell = element("th", { textContent: column.title, scope: "col", tabIndex: 0 });
    if (column === sorted) cell.setAttribute("aria-sort", "descending");
    cell.addEventListener("click", () => options.onSort(column.key));
    cell.addEventListener("keydown", (event) => event.key === "Enter" && options.onSort(column.key));
    head.append(cell);
  }
  head.append(element("th", { textContent: "frame", className: "frame", scope: "col" }));
  const body = rows.map((row) => {
    const line = element("tr", { tabIndex: 0 });
    for (const column of columns) line.append(valueCell(column, row, options.whole));
    line.append(element("td", { textContent: data.names[row.frame], className: "frame" }));
    line.addEventListener("click", () => options.onPick(row.frame));
    line.addEventListener("keydown", (event) => event.key === "Enter" && options.onPick(row.frame));
    return line;
  });
  const [thead, tbody] = [element("thead", {}), element("tbody", {})];
  thead.append(head);
  tbody.append(...body);
  const focused = [...table.querySelectorAll("th")].indexOf(document.activeElement);
  table.replaceChildren(thead, tbody);
  head.children[focused]?.focus();
}

function valueCell(column, row, whole) {
  const value = column.of(row);
  const cell = element("td", { title: exactText(value) });
  if (column.signed) {
    cell.textContent = `${value > 0 ? "+" : ""}${sizeText(value)}`;
    if (value !== 0) cell.className = value > 0 ? "grew" : "shrank";
    return cell;
  }
  if (column.key === "total" && data.sides === 1) {
    const meter = element("span", { className: "meter" });
    meter.style.width = `${whole === 0 ? 0 : Math.round((value * 80) / whole)}px`;
    cell.append(meter);
  }
  cell.append(sizeText(value));
  return cell;
}

export function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
