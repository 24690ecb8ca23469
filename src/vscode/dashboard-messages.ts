import { UserError } from "../errors.ts";
import type { SeriesRequest } from "../protocol/engine.ts";
import { DASHBOARD_COMMANDS, type DashboardCalls } from "../protocol/webview.ts";

/** The longest window a page may ask for, in seconds: what the history keeps. */
const LONGEST = 31 * 86_400;
const MOST_POINTS = 2_000;

/**
 * Whether a message is a call as our page makes them. A page answers nothing and notifies of nothing, so
 * all else is dropped; what is inside a call is checked by the readers below.
 */
export function isCall(message: unknown): boolean {
  return (
    isObject(message) &&
    message.kind === "call" &&
    Number.isSafeInteger(message.id) &&
    typeof message.name === "string" &&
    message.name.length < 32
  );
}

/** The request for figures in a message. Throws UserError when it is none. */
export function readSeriesRequest(body: unknown): SeriesRequest {
  if (!isObject(body)) throw new UserError("a request for figures has from, to and points");
  const { from, to, points } = body;
  if (!finite(from) || !finite(to) || from < 0 || to <= from || to - from > LONGEST) {
    throw new UserError("the window of a request for figures is no span of at most 31 days");
  }
  if (!Number.isSafeInteger(points) || !finite(points) || points < 1 || points > MOST_POINTS) {
    throw new UserError(`a request for figures has 1 to ${MOST_POINTS} points`);
  }
  return { from, to, points };
}

/** The command in a message. Throws UserError when it is none that the page may run. */
export function readRun(body: unknown): DashboardCalls["run"][0] {
  if (!isObject(body)) throw new UserError("a request to run a command names it");
  const command = DASHBOARD_COMMANDS.find((known) => known === body.command);
  if (!command) throw new UserError("the dashboard can't run this command");
  const { source, sink } = body;
  if (source !== undefined && typeof source !== "string") throw new UserError("a source is named by its id");
  if (sink !== undefined && typeof sink !== "string") throw new UserError("a sink is named by its id");
  return { command, ...(source !== undefined && { source }), ...(sink !== undefined && { sink }) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function finite(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
