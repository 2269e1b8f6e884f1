// How several pictures of one message share a bubble: rows that are all as wide, or one tall picture beside a column.

const WIDE = 1.15;
const ROWS = { 2: [2], 5: [2, 3], 6: [3, 3], 7: [2, 2, 3], 8: [2, 3, 3], 9: [3, 3, 3], 10: [2, 2, 3, 3] };
const held = (ratio) => Math.min(1.9, Math.max(0.7, ratio || 1));

/** {kind: "one" | "rows" | "beside", rows: [[index…]…], ratios: shape of each row}: what `ratios` (width/height) ask for. */
export function mosaic(ratios) {
  const count = ratios.length;
  const all = ratios.map(held);
  if (count === 1) return { kind: "one", rows: [[0]], ratios: all };
  if (count === 2 && all.every((ratio) => ratio > 1.5)) return rows([1, 1], all);
  if ((count === 3 || count === 4) && all[0] < WIDE) return { kind: "beside", rows: [[0], range(1, count)], ratios: all };
  if (count === 3 || count === 4) return rows([1, count - 1], all);
  return rows(ROWS[Math.min(count, 10)], all);
}

const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at);

function rows(sizes, all) {
  let from = 0;
  const cut = sizes.map((size) => range(from, (from += size)));
  return { kind: "rows", rows: cut, ratios: cut.map((row) => shape(row.map((at) => all[at]))) };
}

const shape = (ratios) => Math.min(4, Math.max(1.2, ratios.reduce((sum, ratio) => sum + ratio, 0)));
