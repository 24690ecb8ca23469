/** What of kafkajs's own queue is mended (kafkajs 2.2.4, src/network/requestQueue). */
declare module "kafkajs/src/network/requestQueue/index.js" {
  export default class RequestQueue {
    /** Requests that wait for their turn. */
    readonly pending: readonly unknown[];
    /** When the broker wants the next request (ms since the epoch); -1: at once. */
    readonly throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}
