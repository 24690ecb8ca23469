import { createJavaLines } from "./java-lines.ts";

/** Makes the next line (java: with the trace below it), without its line end, as if written at `time` (ms since the epoch). */
export type LineMaker = (time: number) => string;

export const FORMATS = ["nginx", "combined", "hello", "json", "logfmt", "java"] as const;
export type LineFormat = (typeof FORMATS)[number];

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Request {
  readonly client: string;
  readonly user: string;
  readonly scheme: string;
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly protocol: string;
  readonly status: number;
  readonly bytes: number;
  readonly referer: string;
  readonly agent: string;
  readonly gzip: string;
  /** Milliseconds; undefined when no upstream was asked. */
  readonly upstream: number | undefined;
  readonly total: number;
}

/** Lines of a busy web shop; the same seed and times give the same lines. */
export function createLines(format: LineFormat, seed: number): LineMaker {
  const random = createRandom(seed);
  if (format === "hello") {
    const clock = perSecond((date) => {
      const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
      return `Hello current time is ${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
    });
    return clock;
  }
  if (format === "java") return createJavaLines(random);
  const next = createTraffic(random);
  const clf = perSecond(clfTime);
  switch (format) {
    case "nginx":
      return (time) => {
        const r = next();
        const upstream = r.upstream === undefined ? "-" : seconds(r.upstream);
        return `${r.client} - ${r.user} [${clf(time)}] ${r.scheme} "${r.method} ${r.url} ${r.protocol}" ${r.status} ${r.bytes} "${r.referer}" "${r.agent}" "${r.gzip}" ${upstream} ${seconds(r.total)}`;
      };
    case "combined":
      return (time) => {
        const r = next();
        return `${r.client} - ${r.user} [${clf(time)}] "${r.method} ${r.url} ${r.protocol}" ${r.status} ${r.bytes} "${r.referer}" "${r.agent}"`;
      };
    case "json":
      return (time) => {
        const r = next();
        return `{"time":"${new Date(time).toISOString()}","level":"${levelOf(r.status)}","message":"${messageOf(r.status)}","request_id":"${hex(random)}","client":"${r.client}","method":"${r.method}","path":"${r.url}","status":${r.status},"bytes":${r.bytes},"request_time":${seconds(r.total)}}`;
      };
    case "logfmt":
      return (time) => {
        const r = next();
        return `time=${new Date(time).toISOString()} level=${levelOf(r.status)} msg="${messageOf(r.status)}" request_id=${hex(random)} client=${r.client} method=${r.method} path="${r.url}" status=${r.status} bytes=${r.bytes} request_time=${seconds(r.total)}`;
      };
  }
}

const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
  "KeepAliveClient",
  "curl/8.5.0",
  "Googlebot/2.1 (+http://www.google.com/bot.html)",
];
/** Path, method, share of the traffic, median of the time (ms) and of the size (bytes). */
const ROUTES: readonly (readonly [string, string, number, number, number])[] = [
  ["/", "GET", 10, 35, 9_000],
  ["/api/items", "GET", 22, 48, 4_200],
  ["/api/items/#", "GET", 20, 22, 1_300],
  ["/api/cart", "POST", 8, 85, 420],
  ["/api/cart", "GET", 7, 18, 640],
  ["/api/orders", "POST", 3, 240, 510],
  ["/api/orders/#", "GET", 4, 60, 1_900],
  ["/api/login", "POST", 4, 180, 330],
  ["/api/search?q=lamp&page=#", "GET", 8, 130, 6_800],
  ["/static/app.js", "GET", 7, 0, 182_000],
  ["/static/app.css", "GET", 5, 0, 31_000],
  ["/health", "GET", 2, 1, 15],
];

/** Draws requests: whole tables are made beforehand, so that one costs well under a microsecond. */
function createTraffic(random: () => number): () => Request {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const routes = ROUTES.flatMap((route) => Array<(typeof ROUTES)[number]>(route[2]).fill(route));
  const clients = Array.from(
    { length: 512 },
    () => `${pick([10, 172, 203])}.${int(random, 256)}.${int(random, 256)}.${1 + int(random, 254)}`,
  );
  // Log-normal factors: most requests near the median, a long tail of slow ones.
  const spread = Array.from({ length: 4096 }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.exp(0.7 * normal);
  });
  return () => {
    const [path, method, , time, size] = pick(routes);
    const isStatic = time === 0;
    const status = drawStatus(random(), method, isStatic);
    const upstream = isStatic ? undefined : Math.round(time * pick(spread) * (status >= 500 ? 4 : 1));
    const empty = status === 204 || status === 304;
    return {
      client: pick(clients),
      user: random() < 0.05 ? "alice" : "-",
      scheme: random() < 0.8 ? "https" : "http",
      method,
      url: path.endsWith("#") ? path.slice(0, -1) + (1 + int(random, 500)) : path,
      protocol: random() < 0.7 ? "HTTP/1.1" : "HTTP/2.0",
      status,
      bytes: empty ? 0 : Math.round(size * pick(spread)),
      referer: random() < 0.4 ? "https://shop.example.com/" : "-",
      agent: pick(AGENTS),
      gzip: isStatic && !empty ? `${2 + int(random, 3)}.${int(random, 10)}${int(random, 10)}` : "-",
      upstream,
      total: (upstream ?? 0) + int(random, 4),
    };
  };
}

function drawStatus(chance: number, method: string, isStatic: boolean): number {
  if (isStatic) return chance < 0.35 ? 304 : chance < 0.995 ? 200 : 404;
  if (chance < 0.006) return 500;
  if (chance < 0.009) return 502;
  if (chance < 0.011) return 503;
  if (chance < 0.012) return 504;
  if (chance < 0.04) return 404;
  if (chance < 0.05) return 401;
  if (chance < 0.055) return 429;
  if (chance < 0.08) return 302;
  return method === "POST" && chance < 0.4 ? 201 : 200;
}

function levelOf(status: number): string {
  return status >= 500 ? "error" : status >= 400 ? "warn" : "info";
}

function messageOf(status: number): string {
  return status >= 500 ? "request failed" : status >= 400 ? "request refused" : "request served";
}

function int(random: () => number, below: number): number {
  return Math.floor(random() * below);
}

function hex(random: () => number): string {
  const half = (): string => (0x100000000 + Math.floor(random() * 0x100000000)).toString(16).slice(1);
  return half() + half();
}

/** Milliseconds as seconds with three decimals. */
function seconds(ms: number): string {
  const rest = ms % 1000;
  return `${(ms - rest) / 1000}.${rest < 10 ? "00" : rest < 100 ? "0" : ""}${rest}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function clfTime(date: Date): string {
  const day = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** The time is formatted once a second, not once a line. */
function perSecond(format: (date: Date) => string): (time: number) => string {
  let second = Number.NaN;
  let text = "";
  return (time) => {
    const now = Math.floor(time / 1000);
    if (now !== second) {
      second = now;
      text = format(new Date(time));
    }
    return text;
  };
}
