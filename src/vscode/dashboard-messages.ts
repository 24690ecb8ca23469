import { UserError } from "../errors.ts";
import type { SeriesRequest } from "../protocol/engine.ts";
import { DASHBOARD_COMMANDS, type DashboardCalls, type SaveRequest } from "../protocol/webview.ts";

/** The longest window a page may ask for, in seconds: what the history keeps. */
const LONGEST = 31 * 86_400;
const MOST_POINTS = 2_000;
/** Of a file that a page may have written. */
const MOST_BYTES = 64 << 20;
const NAME = /^[\w-]{1,100}$/;

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
  const { from, to, points, heat, brief } = body;
  if (!finite(from) || !finite(to) || from < 0 || to <= from || to - from > LONGEST) {
    throw new UserError("the window of a request for figures is no span of at most 31 days");
  }
  if (!Number.isSafeInteger(points) || !finite(points) || points < 1 || points > MOST_POINTS) {
    throw new UserError(`a request for figures has 1 to ${MOST_POINTS} points`);
  }
  return {
    from,
    to,
    points,
    ...(brief === true && { brief }),
    ...(heat !== undefined && { heat: readHeat(heat) }),
  };
}

function readHeat(heat: unknown): { source: string; field: string } {
  if (!isObject(heat) || typeof heat.source !== "string" || typeof heat.field !== "string") {
    throw new UserError("a heat map is of a source and a field");
  }
  return { source: heat.source, field: heat.field };
}

/** The command in a message. Throws UserError when it is none that the page may run. */
export function readRun(body: unknown): DashboardCalls["run"][0] {
  if (!isObject(body)) throw new UserError("a request to run a command names it");
  const command = DASHBOARD_COMMANDS.find((known) => known === body.command);
  if (!command) throw new UserError("a page can't run this command");
  const { source, sink } = body;
  if (source !== undefined && typeof source !== "string") throw new UserError("a source is named by its id");
  if (sink !== undefined && typeof sink !== "string") throw new UserError("a sink is named by its id");
  return { command, ...(source !== undefined && { source }), ...(sink !== undefined && { sink }) };
}

/** What is to be written in a message. Throws UserError when it is neither a picture nor a table. */
export function readSave(body: unknown): SaveRequest {
  if (!isObject(body)) throw new UserError("a request to save says what");
  const { kind, name, bytes, text } = body;
  if (typeof name !== "string" || !NAME.test(name))
    throw new UserError("a file is named by letters and digits");
  if (kind === "png" && bytes instanceof Uint8Array && isPicture(bytes)) return { kind, name, bytes };
  if (kind === "csv" && typeof text === "string" && text.length <= MOST_BYTES) return { kind, name, text };
  throw new UserError("neither a picture nor a table is in the request to save");
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function isPicture(bytes: Uint8Array): boolean {
  return bytes.length <= MOST_BYTES && PNG.every((byte, i) => bytes[i] === byte);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function finite(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
