import { unescaped } from "../../src/parsers/escapes.ts";

/** The thirteen captures of log_process's format as an expression, slow and plain: what the scanner must equal. */
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const NUMBER = String.raw`(?:\d+(?:\.\d+)?|-)`;
const LINE = new RegExp(
  String.raw`^([^ ]+) ([^ ]+) ((?:(?! \[).)+) \[([^\]]*)\] ([a-z]+) ${QUOTED} (\d{3}) (\d+|-) ${QUOTED} ${QUOTED} "(${NUMBER})" (${NUMBER}(?:(?:, ?| : )${NUMBER})*) (${NUMBER})$`,
  "s",
);
const TIME = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Time and fields of a line; undefined when it does not parse. */
export function thirteen(line: string): { time: number; fields: Record<string, unknown> } | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const [address, ident, user, time, scheme, request, status, bytes, referer, agent, gzip, upstream, took] =
    match.slice(1) as string[];
  const at = timeOf(time!);
  const words = request!.split(" ");
  if (at === undefined || words.length !== 3 || words.includes("")) return undefined;
  const [target, query = null] = split(words[1]!.split("#")[0]!);
  const path = pathOf(target);
  if (path === undefined) return undefined;
  const sums = upstream!.split(/, ?| : /).filter((part) => part !== "-");
  return {
    time: at,
    fields: {
      remote_addr: address,
      ident,
      remote_user: unescaped(user!),
      scheme,
      method: words[0],
      path: unescaped(path),
      query: query === null ? null : unescaped(query),
      protocol: words[2],
      status: Number(status),
      bytes_sent: number(bytes!),
      referer: unescaped(referer!),
      user_agent: unescaped(agent!),
      gzip_ratio: number(gzip!),
      upstream_time:
        sums.length === 0 ? null : Math.round(sums.reduce((sum, part) => sum + Number(part), 0) * 1e6) / 1e6,
      request_time: number(took!),
    },
  };
}

function timeOf(text: string): number | undefined {
  const [, day, name, year, clock, hours, minutes] = TIME.exec(text) ?? [];
  const month = MONTHS.indexOf(name ?? "") + 1;
  if (month === 0 || Number(year) < 100) return undefined;
  const iso = `${year}-${String(month).padStart(2, "0")}-${day}T${clock}`;
  // A leap second is the first of the next minute; the date must be one, which Date only half checks.
  const leap = clock!.endsWith(":60");
  const local = Date.parse(`${leap ? `${iso.slice(0, -2)}59` : iso}Z`);
  if (Number.isNaN(local) || new Date(local).getUTCDate() !== Number(day) || /^24/.test(clock!))
    return undefined;
  if (Number(hours!.slice(1)) > 23 || Number(minutes) > 59) return undefined;
  const offset =
    (Number(hours!.slice(1)) * 60 + Number(minutes)) * (hours!.startsWith("-") ? -60_000 : 60_000);
  return local + (leap ? 1000 : 0) - offset;
}

function pathOf(target: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(target)) return undefined;
  if (target.startsWith("/") || /^(?:[\w.-]+|\[[\da-f:.]+\]):\d+$/i.test(target)) return target;
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/]*)(.*)$/is.exec(target);
  if (absolute) {
    const host = absolute[1]!.split("@").at(-1)!;
    return /^(\[[^[\]]+\]|[^[\]:]*)(:\d*)?$/.test(host) ? absolute[2] || "/" : undefined;
  }
  return /^[^/]*:/.test(target) ? undefined : target;
}

function split(target: string): [path: string, query?: string] {
  const at = target.indexOf("?");
  return at < 0 ? [target] : [target.slice(0, at), target.slice(at + 1)];
}

function number(text: string): number | null {
  return text === "-" ? null : Number(text);
}
