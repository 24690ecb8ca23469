/** Figures over time, one element a step; `null` where nothing was recorded. */
export type Column = readonly (number | null)[];

/** How the figures of several steps become one: counts add up, depths are read at the end, percentiles top. */
export type Total = "sum" | "last" | "max";

/** Sum of columns of one length, step by step; null where all of them are. */
export function sumColumns(columns: readonly Column[]): (number | null)[] {
  const [first = []] = columns;
  return first.map((_, i) => {
    let sum: number | null = null;
    for (const column of columns) {
      const value = column[i] ?? null;
      if (value !== null) sum = (sum ?? 0) + value;
    }
    return sum;
  });
}

/** Running sums from the first column up, for areas that lie on each other; null where all columns are. */
export function stack(columns: readonly Column[]): (number | null)[][] {
  return columns.map((_, top) => {
    const sum = sumColumns(columns.slice(0, top + 1));
    // A gap of the lower ones alone is a gap of nothing: what lies above starts at zero there.
    return sum.map(
      (value, i) => value ?? (columns.some((column) => (column[i] ?? null) !== null) ? 0 : null),
    );
  });
}

/** One figure for a run of steps; null when nothing was recorded in any. */
export function totalOf(column: Column, how: Total): number | null {
  let total: number | null = null;
  for (const value of column) {
    if (value === null) continue;
    if (total === null || how === "last") total = value;
    else total = how === "sum" ? total + value : Math.max(total, value);
  }
  return total;
}

/** Every `size` steps as one, counted from the end, so that the newest row is whole. The oldest may be short. */
export function coarsen(column: Column, size: number, how: Total): (number | null)[] {
  const rows: (number | null)[] = [];
  for (let end = column.length; end > 0; end -= size) {
    rows.unshift(totalOf(column.slice(Math.max(0, end - size), end), how));
  }
  return rows;
}

export function lastOf(column: Column): number | null {
  return column.findLast((value) => value !== null) ?? null;
}
