import type { Fields, FieldValue, LogRecord } from "../model.ts";
import { levelOf } from "./level.ts";
import { quoted } from "./request.ts";
import type { TimeReader } from "./timestamp.ts";

const TIME = ["time", "ts", "timestamp", "@timestamp", "t", "@t", "date", "datetime", "eventTime"];
const LEVEL = ["level", "severity", "lvl", "log.level", "loglevel", "levelname", "@l", "l"];
const MESSAGE = ["message", "msg", "log", "@m", "@mt", "text", "textPayload", "event"];

/** What of a record's fields are its time, level and message: for formats whose lines name their values. */
export interface Chosen {
  /** Why the line does not parse; undefined when it does. */
  readonly error: string | undefined;
  readonly ms: number;
  readonly nanos: number;
  readonly precision: LogRecord["precision"];
  readonly level: LogRecord["level"];
  readonly message: string;
  /** All but those three. Nested ones stay where they are. */
  readonly fields: Fields;
}

/** Names to look for, one or several tried in order; undefined is what known loggers use. */
export interface Choices {
  readonly time?: string | readonly string[] | undefined;
  readonly level?: string | readonly string[] | undefined;
  readonly message?: string | readonly string[] | undefined;
}

interface Choice {
  readonly name: string;
  /** The way through objects, when the name has dots. */
  readonly steps: readonly string[];
}

/**
 * A time that is configured must be one where it is present; of the usual names one that holds no time is just
 * a field. Names with dots are looked up whole first, then through objects.
 */
export function createChooser(
  given: Choices,
  times: TimeReader,
): (raw: string, fields: Fields, observed: number) => Chosen {
  const timeChoices = choicesOf(given.time, TIME);
  const levelChoices = choicesOf(given.level, LEVEL);
  const messageChoices = choicesOf(given.message, MESSAGE);

  return (raw, fields, observed) => {
    let error: string | undefined;
    let ms = observed;
    let nanos = 0;
    let precision: LogRecord["precision"] = "ms";
    let timeName = "";
    for (const choice of timeChoices) {
      const value = lookUp(fields, choice);
      if (value === undefined || value === null) continue;
      const found = times.value(exact(raw, choice.name, value), observed);
      if (found) {
        ({ ms, nanos, precision } = found);
        timeName = choice.name;
        break;
      }
      if (given.time === undefined) continue;
      error = `the time does not parse: ${choice.name} is ${quoted(JSON.stringify(value))}`;
      break;
    }

    let level: LogRecord["level"];
    let levelName = "";
    for (const choice of levelChoices) {
      level = levelOf(lookUp(fields, choice));
      if (level === undefined) continue;
      levelName = choice.name;
      break;
    }

    let message = raw;
    let messageName = "";
    for (const choice of messageChoices) {
      const value = lookUp(fields, choice);
      if (typeof value !== "string") continue;
      message = value.endsWith("\n") ? value.slice(0, -1) : value;
      messageName = choice.name;
      break;
    }
    const rest = without(fields, timeName, levelName, messageName);
    return { error, ms, nanos, precision, level, message, fields: rest };
  };
}

function choicesOf(given: string | readonly string[] | undefined, usual: readonly string[]): Choice[] {
  const list = given === undefined ? usual : typeof given === "string" ? [given] : given;
  return list.map((name) => ({ name, steps: name.includes(".") ? name.split(".") : [] }));
}

function lookUp(fields: Fields, { name, steps }: Choice): FieldValue | undefined {
  const whole = fields[name];
  // An object's own properties only: `constructor` is no field of an empty one.
  if (whole !== undefined && Object.hasOwn(fields, name)) return whole;
  if (steps.length === 0) return undefined;
  let value: FieldValue | undefined = fields;
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Fields)[step];
  }
  return value;
}

/** Nanoseconds since the epoch do not fit a double: their digits are read from the line itself. */
function exact(raw: string, name: string, value: FieldValue): FieldValue {
  if (typeof value !== "number" || value <= Number.MAX_SAFE_INTEGER) return value;
  const key = raw.indexOf(JSON.stringify(name.slice(name.lastIndexOf(".") + 1)));
  const match = key < 0 ? null : /^"[^"]*"\s*:\s*(\d+)/.exec(raw.slice(key, key + 200));
  return match?.[1] !== undefined && Number(match[1]) === value ? match[1] : value;
}

function without(fields: Fields, time: string, level: string, message: string): Fields {
  const rest: Record<string, FieldValue> = {};
  for (const name in fields) {
    if (name === time || name === level || name === message) continue;
    const value = fields[name];
    if (value !== undefined) put(rest, name, value);
  }
  return rest;
}

/** Sets a field under a name that came from outside, `__proto__` too. */
export function put(fields: Record<string, FieldValue>, name: string, value: FieldValue): void {
  if (name !== "__proto__") fields[name] = value;
  else Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true });
}
