import "./navigator.ts";
import "@vscode/codicons/dist/codicon.css";
import "uplot/dist/uPlot.min.css";
import "./dashboard.css";
import "./legend.css";
import "./between.css";
import "./button.css";
import "./select.css";
import "@vscode-elements/elements/dist/vscode-button/index.js";
import "@vscode-elements/elements/dist/vscode-option/index.js";
import "@vscode-elements/elements/dist/vscode-single-select/index.js";
import "./toolbar-button.ts";
import type { Snapshot } from "../model.ts";
import type { DashboardState, EngineStatus } from "../protocol/webview.ts";
import { ignoreComposing } from "./composing.ts";
import { chosenDuration } from "./durations.ts";
import { createFeed, type Window } from "./feed.ts";
import { createFormats } from "./formats.ts";
import { connectHost } from "./host.ts";
import { createL10n } from "./l10n.ts";
import { createNote } from "./note.ts";
import { createPage } from "./page.ts";
import { createTabled } from "./tabled.ts";

const l10n = createL10n(JSON.parse(document.body.dataset.l10n ?? "{}"));
const formats = createFormats(document.documentElement.lang || "en");

let snapshot: Snapshot | undefined;
let engine: EngineStatus = { name: "starting" };
let shown: Window | undefined;
let failure: string | undefined;

const host = connectHost({
  snapshot(next) {
    snapshot = next;
    feed.poke();
    draw();
  },
  engine(next) {
    engine = next;
    feed.poke();
    draw();
  },
  values: (facets) => page.told(facets),
  uncounted: ({ reason }) => page.uncounted(reason),
  opens: (opens) => page.opens(opens),
  choose: ({ source }) => choose({ ...state, source }),
});
let state: DashboardState = host.state;
const note = createNote(draw);

const page = createPage({
  l10n,
  formats,
  run: (request) => void host.channel.call("run", request).catch(note.tell),
  time(time) {
    const { between: _, ...rest } = state;
    choose({ ...rest, ...time });
  },
  source(source) {
    const { source: _, ...rest } = state;
    choose({ ...rest, ...(source !== undefined && { source }) });
  },
  duration: (duration) => choose({ ...state, duration }),
  tables: createTabled({
    kept: () => state.tables ?? [],
    keep(tables) {
      state = { ...state, tables };
      host.save(state);
    },
  }),
  lines: (target) => void host.channel.call("lines", target).catch(note.tell),
  values: (request) => host.channel.call("values", request),
  setOpens(opens) {
    host.channel.call("setOpens", opens).catch((error) => {
      page.opens(!opens);
      note.tell(error);
    });
  },
  save: (request) => void host.channel.call("save", request).catch(note.tell),
  fail: note.tell,
});
const feed = createFeed(
  {
    fetch: (request) => host.channel.call("series", request),
    show(next) {
      shown = next;
      failure = undefined;
      want();
      draw();
    },
    fail: report,
    now: Date.now,
  },
  { range: state.range, ...(state.between && { between: state.between }) },
);

/** Tells the feed what is to be had: the heat map of the duration field that is shown, once there is one. */
function want(): void {
  const { range, between, source, duration } = state;
  const sources = Object.keys(shown?.series.sources ?? {}).filter(
    (id) => source === undefined || id === source,
  );
  const chosen = shown && chosenDuration({ series: shown.series, duration }, sources);
  const heat = chosen && { source: chosen.source, field: chosen.field };
  feed.want({ range, ...(between && { between }), ...(heat && { heat }) });
}

function choose(next: DashboardState): void {
  state = next;
  host.save(state);
  want();
  draw();
}

function draw(): void {
  // A hidden page is drawn when it is seen again.
  if (document.visibilityState === "hidden") return;
  page.draw({ state, snapshot, engine, window: shown, failure, note: note.text });
}

function report(error: unknown): void {
  failure = error instanceof Error ? error.message : String(error);
  draw();
}

async function show(): Promise<void> {
  const visible = document.visibilityState === "visible";
  feed.setVisible(visible);
  page.setVisible(visible);
  if (!visible) return;
  let opens: boolean;
  [engine, snapshot, opens] = await Promise.all([
    host.channel.call("engine", undefined),
    host.channel.call("snapshot", undefined),
    host.channel.call("opens", undefined),
  ]);
  page.opens(opens);
  draw();
}

ignoreComposing(window);
document.body.append(page.element);
document.addEventListener("visibilitychange", () => void show().catch(report));
draw();
show().catch(report);
