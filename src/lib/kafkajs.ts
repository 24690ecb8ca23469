import type RequestQueue from "kafkajs/src/network/requestQueue/index.js";
import { gzipCodec, lz4Codec, snappyCodec, zstdCodec } from "./kafka-codecs.ts";
import { mendEncoder } from "./kafkajs-encoder.ts";

/** How soon (ms) requests are looked at that wait for others to be answered: the client's own figure. */
const LOOK_AGAIN = 10;

/** The client of Kafka, for sources and sinks, with the codecs and the mends that it lacks. Loaded when first asked for. */
export async function loadKafkajs(): Promise<typeof import("kafkajs")> {
  const { default: queue } = await import("kafkajs/src/network/requestQueue/index.js");
  queue.prototype.scheduleCheckPendingRequests = scheduleCheck;
  const { default: encoder } = await import("kafkajs/src/protocol/encoder.js");
  mendEncoder(encoder);
  const { default: kafkajs } = await import("kafkajs");
  const { CompressionCodecs: codecs, CompressionTypes: types } = kafkajs;
  const own = {
    [types.GZIP]: gzipCodec,
    [types.Snappy]: snappyCodec,
    [types.LZ4]: lz4Codec,
    [types.ZSTD]: zstdCodec,
  };
  for (const [type, codec] of Object.entries(own)) {
    // The client has one table for all: what a source has put around a codec stays.
    if (!("patient" in (codecs[Number(type) as keyof typeof codecs] ?? {})))
      Object.assign(codecs, { [type]: () => codec() });
  }
  return kafkajs;
}

/**
 * In place of kafkajs 2.2.4's own: with nothing to send it would set a timer to a negative time, which Node
 * warns of on stderr, and which fires and is set again each millisecond for as long as the connection lives.
 * A request that is queued later asks for the look itself.
 */
function scheduleCheck(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const wait = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    wait > 0 ? wait : LOOK_AGAIN,
  );
}
