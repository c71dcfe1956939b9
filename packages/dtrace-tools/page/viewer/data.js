/* What the page shows: unit, sides (1 or 2), names, tree, top frames and time lines. */

export const data = JSON.parse(document.getElementById("data").textContent);
