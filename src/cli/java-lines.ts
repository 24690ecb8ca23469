import type { LineMaker } from "./lines.ts";

const SERVICES = ["OrderService", "CartService", "PriceService", "LoginService", "SearchService"];
const MESSAGES = ["request served", "cart updated", "price loaded", "user signed in", "index searched"];
const FAULTS = [
  ["java.lang.IllegalStateException", "order has no customer"],
  ["java.lang.NullPointerException", 'Cannot invoke "Price.value()" because "price" is null'],
  ["java.util.concurrent.TimeoutException", "no answer within 2000 ms"],
] as const;
const CAUSES = [
  ["java.net.SocketTimeoutException", "Read timed out"],
  ["org.postgresql.util.PSQLException", 'ERROR: relation "price" does not exist\n  Position: 15'],
] as const;

/**
 * Records of a Java service by log4j, every eighth with a stack trace of up to some thirty lines below it. No two
 * are the same.
 */
export function createJavaLines(random: () => number): LineMaker {
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  let number = 0;

  const frames = (service: string, least: number): string => {
    let text = "";
    for (let left = least + below(12); left > 0; left--) {
      text += `\n\tat com.example.shop.${service}.step${left}(${service}.java:${10 + below(400)})`;
    }
    return text;
  };

  const trace = (service: string): string => {
    const [name, message] = pick(FAULTS);
    let text = `\n${name}: ${message}${frames(service, 3)}`;
    text += "\n\tat java.base/java.lang.Thread.run(Thread.java:1583)";
    if (random() < 0.4) {
      const [cause, why] = pick(CAUSES);
      text += `\nCaused by: ${cause}: ${why}${frames("Pool", 1)}\n\t... ${5 + below(30)} more`;
    }
    return text;
  };

  return (time) => {
    const at = new Date(time).toISOString().replace("T", " ").replace(".", ",").slice(0, -1);
    const service = pick(SERVICES);
    const head = `[worker-${1 + below(8)}] com.example.shop.${service} - ${pick(MESSAGES)}, request ${++number} in ${1 + below(400)} ms`;
    if (random() >= 0.125) return `${at} ${random() < 0.05 ? "WARN " : "INFO "} ${head}`;
    return `${at} ERROR ${head}${trace(service)}`;
  };
}
