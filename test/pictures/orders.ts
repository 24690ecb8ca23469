import { appendFileSync } from "node:fs";

/** What an order went through, in the order of its lines. */
const STEPS = [
  { level: "info", message: "cart checked out" },
  { level: "info", message: "stock reserved" },
  { level: "debug", message: "payment asked for" },
  { level: "error", message: "payment declined" },
  { level: "warn", message: "stock released" },
  { level: "info", message: "customer told" },
  { level: "info", message: "cart checked out" },
  { level: "info", message: "stock reserved" },
  { level: "info", message: "payment taken" },
  { level: "info", message: "parcel handed over" },
] as const;

/** Appends the lines of orders of the last seconds, one object a line. @param lines how many */
export function writeOrders(path: string, lines: number): void {
  const now = Date.now();
  const text = Array.from({ length: lines }, (_, at) => {
    const { level, message } = STEPS[at % STEPS.length] ?? STEPS[0];
    const number = 10_412 + Math.floor(at / STEPS.length) * 2 + (at % STEPS.length < 6 ? 0 : 1);
    return JSON.stringify({
      time: new Date(now - (lines - at) * 730 - ((at * 37) % 411)).toISOString(),
      level,
      message,
      order: {
        id: `A-${number}`,
        total: 129.9,
        currency: "EUR",
        items: [
          { sku: "lamp-7", count: 1, price: 89.9 },
          { sku: "bulb-2", count: 4, price: 10 },
        ],
      },
      ...(message.startsWith("payment") && {
        payment: {
          provider: "card",
          attempt: 2,
          took_ms: 812.4,
          ...(level === "error" && { status: 402, reason: "insufficient funds" }),
        },
      }),
      customer: { country: "DE", since: 2019, returning: true },
    });
  });
  appendFileSync(path, `${text.join("\n")}\n`);
}
