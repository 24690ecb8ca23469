import type { Page, WebSocket } from "playwright-core";

/** Counts what a window and its extension host say to each other about webviews. */
export interface Wire {
  /** Messages of webviews to the extension. */
  sent(): number;
  /** Messages of the extension to webviews. */
  received(): number;
}

/** Hears the connections that the page opens from now on: those of a window that is about to be reloaded. */
export function watchWire(page: Page): Wire {
  let [sent, received] = [0, 0];
  // Names of VS Code's calls between a window and its extension host, which are text within its frames.
  const count = (payload: string | Buffer, name: string) => String(payload).split(name).length - 1;
  page.on("websocket", (socket: WebSocket) => {
    socket.on("framesent", ({ payload }) => {
      sent += count(payload, "$onMessage");
    });
    socket.on("framereceived", ({ payload }) => {
      received += count(payload, "$postMessage");
    });
  });
  return { sent: () => sent, received: () => received };
}
