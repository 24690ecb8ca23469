import { startTcpRelay } from "./tcp-relay.ts";

/** Kinds of requests, by their number in the protocol (kafka.apache.org/protocol, "Api Keys"). */
const FETCH = 1;
const OFFSET_COMMIT = 8;
/** Every address that a broker tells has the form of length, host, port. */
const HOST = "127.0.0.1";
/** What a fetch that is answered here waits for (ms), as the broker waits when there is nothing. */
const WAIT = 100;

export interface KafkaRelay {
  /** Host and port. */
  readonly address: string;
  /**
   * Connections that there are now, and were told before that there is nothing to read, are told so for ever.
   * @returns whether there are any
   */
  mute(): boolean;
  /** From now on no position arrives at the group. */
  forget(): void;
}

/** A line to a broker of this machine that knows its protocol; it ends with the test. */
export async function startKafkaRelay(t: { after(fn: () => void): void }, port: number): Promise<KafkaRelay> {
  const lines = new Set<{ readonly answer: Buffer | undefined; muted: boolean }>();
  let forgetful = false;

  const relay = await startTcpRelay(t, port, (from, to) => {
    const fetches = new Set<number>();
    const line: { answer: Buffer | undefined; muted: boolean } = { answer: undefined, muted: false };
    const answerTo = (correlation: number): Buffer => {
      const frame = Buffer.from(line.answer ?? Buffer.alloc(0));
      frame.writeInt32BE(correlation, 4);
      return frame;
    };
    lines.add(line);
    from.on("close", () => lines.delete(line));
    from.on(
      "data",
      framed((frame) => {
        const kind = frame.readInt16BE(4);
        const correlation = frame.readInt32BE(8);
        if (kind === OFFSET_COMMIT && forgetful) return;
        if (kind === FETCH && line.muted) {
          setTimeout(() => from.write(answerTo(correlation)), WAIT).unref();
          return;
        }
        if (kind === FETCH) fetches.add(correlation);
        to.write(frame);
      }),
    );
    to.on(
      "data",
      framed((frame) => {
        const correlation = frame.readInt32BE(4);
        moveTo(from.localPort ?? 0, frame, port);
        if (fetches.delete(correlation)) {
          // The shortest one is an empty one: the first to come from topics without messages.
          if (line.muted) return void from.write(answerTo(correlation));
          if (!line.answer || frame.length < line.answer.length) line.answer = Buffer.from(frame);
        }
        from.write(frame);
      }),
    );
  });
  return {
    address: relay.address,
    mute() {
      const told = [...lines].filter(({ answer }) => answer !== undefined);
      for (const line of told) line.muted = true;
      return told.length > 0;
    },
    forget() {
      forgetful = true;
    },
  };
}

/** Puts the pieces that arrive together to requests or answers: each has its length (4 bytes) before it. */
function framed(use: (frame: Buffer) => void): (piece: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= 4) {
      const end = 4 + rest.readInt32BE(0);
      if (rest.length < end) return;
      use(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}

/** The broker tells where it listens itself: clients are to come through here. */
function moveTo(own: number, frame: Buffer, port: number): void {
  const told = Buffer.alloc(HOST.length + 4);
  told.write(HOST);
  told.writeInt32BE(port, HOST.length);
  for (let at = frame.indexOf(told); at >= 0; at = frame.indexOf(told, at + 1))
    frame.writeInt32BE(own, at + HOST.length);
}
