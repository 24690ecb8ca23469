// An HTTP server that counts line protocol at next to no cost: `node test/helpers/counting-server.ts --port 0`
// prints {"port":…} and ends with the process that started it. For benchmarks and faults, not for correctness:
// it looks at newlines alone.
//   POST /write, /api/v2/write   204; a body may be gzip
//   GET  /count                  {lines, bytes, requests, refused, lastAt}: bytes unpacked, lastAt in ms since the epoch
//   POST /mode?answer=A          how writes are met from now on:
//        A = 204                 counted, and answered
//            any other status    answered with it, not counted; &after=S adds Retry-After: S
//            stall               not counted and not answered, until the next mode breaks the connection
//            lose                counted, and the connection broken instead of an answer
//        &times=N                for the next N writes only
//        &above=N                for bodies above N bytes only
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

const NEWLINE = 10;
const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const count = { lines: 0, bytes: 0, requests: 0, refused: 0, lastAt: 0 };
const stalled = new Set<ServerResponse>();
let mode = { answer: "204", after: "", times: Number.POSITIVE_INFINITY, above: -1 };

function newlines(chunk: Buffer): number {
  let found = 0;
  for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) found++;
  return found;
}

function take(request: IncomingMessage, response: ServerResponse): void {
  const packed: Buffer[] | undefined = request.headers["content-encoding"] === "gzip" ? [] : undefined;
  let lines = 0;
  let bytes = 0;
  let last = NEWLINE;
  const add = (chunk: Buffer): void => {
    if (chunk.length === 0) return;
    lines += newlines(chunk);
    bytes += chunk.length;
    last = chunk[chunk.length - 1] ?? NEWLINE;
  };
  request.on("data", packed ? (chunk: Buffer) => packed.push(chunk) : add);
  request.on("end", () => {
    try {
      if (packed) add(gunzipSync(Buffer.concat(packed)));
    } catch {
      return void response.writeHead(400).end();
    }
    answer(response, last === NEWLINE ? lines : lines + 1, bytes);
  });
}

function answer(response: ServerResponse, lines: number, bytes: number): void {
  const special = mode.times > 0 && bytes > mode.above;
  if (special) mode.times--;
  const way = special ? mode.answer : "204";
  if (way === "204" || way === "lose") {
    count.lines += lines;
    count.bytes += bytes;
    count.requests++;
    count.lastAt = Date.now();
    if (way === "lose") response.destroy();
    else response.writeHead(204).end();
    return;
  }
  count.refused++;
  if (way === "stall") return void stalled.add(response);
  if (mode.after) response.setHeader("retry-after", mode.after);
  response.writeHead(Number(way), { "content-type": "application/json" });
  response.end(JSON.stringify({ error: `told to answer ${way}` }));
}

function change(query: URLSearchParams, response: ServerResponse): void {
  const to = query.get("answer") ?? "";
  if (!/^([2-5]\d\d|stall|lose)$/.test(to))
    return void response.writeHead(400).end(`no such answer: ${to}\n`);
  mode = {
    answer: to,
    after: query.get("after") ?? "",
    times: Number(query.get("times") ?? Number.POSITIVE_INFINITY),
    above: Number(query.get("above") ?? -1),
  };
  for (const waiting of stalled) waiting.destroy();
  stalled.clear();
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  const url = request.url ?? "/";
  if (url.startsWith("/write") || url.startsWith("/api/v2/write")) return take(request, response);
  request.resume();
  if (url === "/count") {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(count));
  } else if (url.startsWith("/mode?")) change(new URLSearchParams(url.slice("/mode?".length)), response);
  else response.writeHead(url === "/ping" ? 204 : 404).end();
});
server.listen(Number(values.port), "127.0.0.1", () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});

const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(), 1000).unref();
