import type { Locator } from "playwright-core";
import { until } from "./until.ts";

const PATIENCE = 60_000;
/** How long (ms) is waited for what may have been moved or drawn anew, before it is rested on anew. */
const ATTEMPT = 3_000;

/**
 * Rests on something, as one does who looks for the button that it offers only then, and presses that once: a press
 * that goes nowhere is a fault. What others move away from under the mouse before it is pressed is rested on anew.
 * @param press how long (ms) the finger presses
 * @param what names the button where it does not come
 */
export async function pressResting(over: Locator, button: Locator, what: string, press = 0): Promise<void> {
  let fault: unknown;
  const pressed = async () => {
    await over.hover({ timeout: ATTEMPT });
    try {
      await button.click({ timeout: ATTEMPT, delay: press });
    } catch (error) {
      if (!String(error).includes("performing click action")) throw error;
      fault = error;
    }
    return true;
  };
  await until(pressed, { timeout: PATIENCE, what });
  if (fault) throw fault;
}
