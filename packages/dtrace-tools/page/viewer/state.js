/* What can be changed on the page. */

/** What everything is unless the address tells otherwise. */
export const DEFAULTS = {
  view: "flame",
  side: "after",
  search: "",
  case: "0",
  node: "0",
  frame: "-1",
  sort: "",
  up: "0",
};

/** Whether the page is being printed, which is on white. */
export const printing = window.matchMedia("print");

/** The theme that the browser asks for. */
export const preferred = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

export const isDark = () => state.theme === "dark" && !printing.matches;

export const state = { ...DEFAULTS, theme: preferred, expression: undefined };
