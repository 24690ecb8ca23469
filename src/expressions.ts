import { parentPort } from "node:worker_threads";
import { type Expression, findRunaway } from "./config/runaway.ts";
import { createLimit } from "./lib/limit.ts";

const port = parentPort;
if (!port) throw new Error("expressions.ts runs in a worker thread only");

const limit = createLimit();
port.on("message", (expression: Expression) => port.postMessage(findRunaway(expression, limit)));
