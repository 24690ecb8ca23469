import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Result } from "axe-core";
import type { Frame } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * What axe finds wrong in a page, with every rule it has: the rule, the element and why, one string each. Styles are
 * not fetched a second time, which the policy of the page would refuse.
 */
export async function violations(frame: Frame): Promise<string[]> {
  if (!(await frame.evaluate("'axe' in globalThis"))) await frame.evaluate(SOURCE);
  const found = await frame.evaluate<Result[]>(
    "axe.run(document, { preload: false, iframes: false, resultTypes: ['violations'] }).then((all) => all.violations)",
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}
