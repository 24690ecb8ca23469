/** How a line is told from the others: by colour, and by dash and filling for those who don't see it. */
export interface Look {
  /** Name of a CSS variable of the theme. */
  readonly color: string;
  /** Lengths of dash and gap in CSS pixels; none: solid. */
  readonly dash: readonly number[];
  readonly hatch: Hatch;
}
export type Hatch =
  | "plain"
  | "rising"
  | "falling"
  | "dots"
  | "level"
  | "upright"
  | "cross"
  | "grid"
  | "checks";

const DASHES: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [12, 4],
  [4, 4],
  [1, 3],
  [10, 3, 1, 3, 1, 3],
];
const HATCHES: readonly Hatch[] = ["plain", "rising", "dots", "falling", "level", "upright", "cross", "grid"];
const COLORS = [
  "--vscode-charts-blue",
  "--vscode-charts-green",
  "--vscode-charts-purple",
  "--vscode-charts-orange",
  "--vscode-terminal-ansiCyan",
  "--vscode-charts-yellow",
  "--vscode-terminal-ansiMagenta",
  "--vscode-charts-red",
];

/** As many sources are told apart in one chart; what is left over is drawn as one. */
export const DISTINCT = COLORS.length;

/** The look of the n-th thing of a kind: colours and fillings come again, but no dash does. */
export function lookOf(index: number): Look {
  const at = index % COLORS.length;
  const again = Math.floor(index / COLORS.length);
  const [dash = [], hatch = "plain"] = [DASHES[at], HATCHES[at]];
  return look(COLORS[at] ?? "--vscode-charts-blue", again === 0 ? dash : dotted(dash, again), hatch);
}

/** A dash that ends in so many dots, which none of the others does. */
function dotted(dash: readonly number[], dots: number): readonly number[] {
  const [long, ...others] = dash.length === 0 ? [18, 4] : dash;
  return [16 + (long ?? 0), ...others, ...Array.from({ length: dots }, () => [1, 5]).flat()];
}

/** What is left over of very many. */
export const REST = look("--vscode-descriptionForeground", [1, 6], "checks");

/**
 * Looks for things of one chart, at most as many as are told apart: each has that of its place in the
 * configuration, unless another of them has it already.
 * @param places by which `lookOf` would take them
 */
export function apart(places: readonly number[]): readonly Look[] {
  const taken = new Set<number>();
  return places.map((place) => {
    let at = place % DISTINCT;
    while (taken.has(at) && taken.size < DISTINCT) at = (at + 1) % DISTINCT;
    taken.add(at);
    return lookOf(at);
  });
}

/** From the bottom of the stack to its top: what matters most lies where it is seen. */
export const LEVEL_LOOKS: Readonly<Record<string, Look>> = {
  none: look("--vscode-disabledForeground", [1, 3], "dots"),
  trace: look("--vscode-descriptionForeground", [2, 2], "level"),
  debug: look("--vscode-charts-green", [4, 3], "upright"),
  info: look("--vscode-charts-blue", [], "plain"),
  warn: look("--vscode-charts-yellow", [6, 3], "rising"),
  error: look("--vscode-charts-red", [12, 4], "falling"),
  fatal: look("--vscode-charts-purple", [8, 3, 2, 3], "cross"),
};

export const STATUS_LOOKS: Readonly<Record<string, Look>> = {
  "1xx": look("--vscode-charts-purple", [2, 2], "level"),
  "2xx": look("--vscode-charts-green", [], "plain"),
  "3xx": look("--vscode-charts-blue", [4, 3], "upright"),
  "4xx": look("--vscode-charts-yellow", [6, 3], "rising"),
  "5xx": look("--vscode-charts-red", [12, 4], "falling"),
};

export const PERCENTILE_LOOKS = {
  p50: look("--vscode-charts-green", [], "plain"),
  p90: look("--vscode-terminal-ansiCyan", [8, 3, 2, 3], "plain"),
  p95: look("--vscode-charts-blue", [6, 3], "plain"),
  p99: look("--vscode-charts-orange", [2, 2], "plain"),
  max: look("--vscode-charts-red", [1, 3], "plain"),
} as const;

export const HEALTH_LOOKS = {
  ok: look("--vscode-charts-green", [], "plain"),
  paused: look("--vscode-descriptionForeground", [2, 2], "level"),
  retrying: look("--vscode-charts-yellow", [6, 3], "rising"),
  open: look("--vscode-charts-orange", [4, 4], "cross"),
  failed: look("--vscode-charts-red", [12, 4], "falling"),
} as const;

export const TROUBLE_LOOKS = {
  errors: look("--vscode-charts-red", [], "plain"),
  unparsed: look("--vscode-charts-orange", [6, 3], "plain"),
  dead: look("--vscode-charts-purple", [2, 2], "plain"),
  dropped: look("--vscode-charts-yellow", [8, 3, 2, 3], "plain"),
  retries: look("--vscode-charts-blue", [1, 3], "plain"),
} as const;

function look(color: string, dash: readonly number[], hatch: Hatch): Look {
  return { color, dash, hatch };
}
