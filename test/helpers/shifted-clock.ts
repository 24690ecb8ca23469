// Preloaded into a program (`--import`): its time of day is off by as many ms as the file named by
// LOG_MONITOR_CLOCK says, which may change while it runs. `<file>.seen` holds what is in force.
import { readFileSync, writeFileSync } from "node:fs";

const file = process.env.LOG_MONITOR_CLOCK;
if (!file) throw new Error("LOG_MONITOR_CLOCK names no file");
const Real = Date;
let offset = 0;
const now = (): number => Real.now() + offset;

globalThis.Date = new Proxy(Real, {
  apply: () => new Real(now()).toString(),
  construct: (target, given, like) => Reflect.construct(target, given.length > 0 ? given : [now()], like),
  get: (target, name, like) => (name === "now" ? now : Reflect.get(target, name, like)),
});

const look = (): void => {
  const wanted = Number(readFileSync(file, "utf8"));
  if (wanted === offset) return;
  offset = wanted;
  writeFileSync(`${file}.seen`, String(offset));
};
look();
setInterval(look, 20).unref();
