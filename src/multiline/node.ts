import { type Preset, STAMPED } from "./preset.ts";

/** Node: errors with their properties and causes, objects as console.log writes them, and uncaught exceptions. */
export const node: Preset = {
  name: "node",
  about:
    "Errors with their causes and properties, uncaught exceptions, and objects as `console.log` writes them",
  rules: [
    { from: ["start"], line: /^(?:file:\/\/|\/|[A-Za-z]:\\|node:)\S.*:\d+$/, to: "place" },
    // An uncaught exception: the line of code, a caret below it, the error, the version of Node.
    { from: ["place"], line: /\S/, to: "code" },
    { from: ["code"], line: /^\s*\^/, to: "caret" },
    { from: ["caret"], line: /^\S/, to: "crash" },
    { from: ["crash", "trace"], line: /^Node\.js v\d/, to: "text" },
    { from: ["text"], line: /^(?:Uncaught )?[\w$.]*(?:Error|Exception)(?: \[\w+\])?(?::|$)/, to: "head" },
    { from: ["text", "head", "crash", "trace"], line: /^\s+at \S/, to: "trace" },
    { from: ["text", "head", "crash", "trace"], line: /^[}\])]+[;,]?$/, to: "trace" },
    { from: ["head", "crash"], line: /\S/, unless: STAMPED, to: "head" },
  ],
  samples: [
    [
      "2026-11-21T10:15:32.104Z info: listening on 8080",
      `2026-11-21T10:15:33.412Z error: request failed
TypeError: Cannot read properties of undefined (reading 'price')
    at load (/app/src/prices.js:12:24)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at async handle (file:///app/src/server.js:33:17) {
  code: 'E_PRICE',
  [cause]: Error: connect ECONNREFUSED 127.0.0.1:5432
      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16) {
    errno: -111,
    syscall: 'connect'
  }
}`,
      "2026-11-21T10:15:33.500Z info: going on",
    ],
    [
      `/app/index.js:3
throw new Error("boom");
^

Error: boom
    at Object.<anonymous> (/app/index.js:3:7)
    at Module._compile (node:internal/modules/cjs/loader:1554:14)

Node.js v22.15.0`,
      `node:internal/process/promises:394
      triggerUncaughtException(err, true /* fromPromise */);
      ^

[UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "down".] {
  code: 'ERR_UNHANDLED_REJECTION'
}

Node.js v22.15.0`,
      "listening",
    ],
    [
      `AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

1 !== 2

    at Object.<anonymous> (/app/check.js:2:8) {
  generatedMessage: true,
  code: 'ERR_ASSERTION'
}`,
      `[
  'a list',
  'on lines'
]`,
      "GET /health 200",
    ],
  ],
};
