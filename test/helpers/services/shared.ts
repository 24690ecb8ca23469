import { after, type TestContext } from "node:test";
import { unavailable } from "../require.ts";

/**
 * A server for all tests of the `describe` it is called in: started when the first test asks for it, closed
 * after the last. Where `what` can't be had, it gives undefined and the test that asked is left out.
 */
export function shared<Server extends { close(): Promise<unknown> }>(
  what: string,
  start: () => Promise<Server>,
): (t: TestContext) => Promise<Server | undefined> {
  let server: Promise<Server> | undefined;
  after(async () => {
    await (await server?.catch(() => undefined))?.close();
  });
  return async (t) => {
    server ??= start();
    try {
      return await server;
    } catch (error) {
      unavailable(t, what, error);
      return undefined;
    }
  };
}
