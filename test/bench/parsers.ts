import { createParser } from "../../src/parsers/index.ts";
import { origin } from "../helpers/records.ts";

/**
 * Lines a second of each parser, from lines cut out of one text as the engine does: best and median of nine,
 * by CPU time, so that a busy machine changes little.
 *   node test/bench/parsers.ts [name]
 */
const COUNT = 200_000;
const FORMAT =
  '$remote_addr - $remote_user [$time_local] $scheme "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$gzip_ratio" $upstream_response_time $request_time';

const clf = (i: number) => `04/Mar/2018:13:49:${two(Math.floor(i / 4000) % 60)} +0000`;
const iso = (i: number) =>
  `2018-03-04T13:49:${two(Math.floor(i / 4000) % 60)}.${String(i % 1000).padStart(3, "0")}Z`;
const seconds = (i: number, of: number) => ((i % of) / 1000 + 0.001).toFixed(3);
const request = (i: number) => `GET /api/items/${i % 997}?query=t${i} HTTP/1.0`;
const who = (i: number) => `172.0.${i % 7}.${i % 251} - - [${clf(i)}]`;
const level = (i: number) => ["info", "warn", "error"][i % 3];
const agents = '"-" "KeepAliveClient/1.0 (compatible; bench)"';
const answer = (i: number) => `${[200, 200, 404, 500][i % 4]} ${2000 + (i % 900)}`;
const timed = (i: number) =>
  `${who(i)} http "${request(i)}" ${answer(i)} ${agents} "-" ${seconds(i, 1000)} ${seconds(i, 1300)}`;

const rows: [label: string, parser: string, options: object, line: (i: number) => string][] = [
  ["nginx", "nginx", {}, timed],
  ["log_format", "nginx", { format: FORMAT }, timed],
  ["combined", "combined", {}, (i) => `${who(i)} "${request(i)}" ${answer(i)} ${agents}`],
  ["common", "common", {}, (i) => `${who(i)} "${request(i)}" ${answer(i)}`],
  [
    "json",
    "json",
    {},
    (i) =>
      `{"time":"${iso(i)}","level":"${level(i)}","msg":"request done","status":200,"took":${seconds(i, 900)},"path":"/a/${i}"}`,
  ],
  [
    "logfmt",
    "logfmt",
    {},
    (i) =>
      `time=${iso(i)} level=${level(i)} msg="request done" status=200 took=${seconds(i, 900)} path=/a/${i}`,
  ],
  [
    "regex",
    "regex",
    {
      pattern: String.raw`(?<time>\S+) (?<level>\w+) \[(?<thread>[^\]]*)\] (?<message>.*)$`,
    },
    (i) => `${iso(i)} ${level(i)} [main] item ${i} is done`,
  ],
  ["plain", "plain", {}, (i) => `${iso(i)} ${level(i)} item ${i} is done`],
  ["auto (nginx)", "auto", {}, timed],
];

for (const [label, name, options, line] of rows) {
  if (process.argv[2] !== undefined && !label.includes(process.argv[2])) continue;
  const text = Array.from({ length: COUNT }, (_, i) => `${line(i)}\n`).join("");
  const parser = createParser(name, options, { timezone: "UTC", ignoreOffset: false });
  const rates: number[] = [];
  for (let run = 0; run < 10; run++) {
    const before = process.cpuUsage();
    let failed = 0;
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf("\n", from);
      if (parser.parse(text.slice(from, end), origin, from, 0).error !== undefined) failed++;
      from = end + 1;
    }
    const { user, system } = process.cpuUsage(before);
    if (failed > 0) throw new Error(`${label}: ${failed} lines did not parse`);
    // The first is the compiler's.
    if (run > 0) rates.push((COUNT / (user + system)) * 1000);
  }
  rates.sort((a, b) => a - b);
  const [best, median] = [rates.at(-1), rates[4]].map((rate) => (rate ?? 0).toFixed(0).padStart(5));
  console.log(`${label.padEnd(14)} ${median} k lines/s (best ${best})`);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
