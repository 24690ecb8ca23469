import { reasonOf } from "../errors.ts";

/** What both ends of a thread or webview boundary have: post a message, hear one, hear the end. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  listen(receive: (message: unknown) => void): void;
}

/** One direction's calls: name → [argument, result]. A result of `void` still answers. */
export type Calls = Record<string, [argument: unknown, result: unknown]>;
/** One direction's notices: name → payload. Nobody answers them. */
export type Notices = Record<string, unknown>;

type Handlers<C extends Calls> = { [K in keyof C]: (argument: C[K][0]) => Promise<C[K][1]> | C[K][1] };
type NoticeHandlers<N extends Notices> = { [K in keyof N]: (payload: N[K]) => void };

type Envelope =
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly body: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly body: unknown }
  | { readonly kind: "error"; readonly id: number; readonly reason: string; readonly type: string }
  | { readonly kind: "notice"; readonly name: string; readonly body: unknown };

/** A call that the other end answered with an error; `type` is the name of the error it threw. */
export class RemoteError extends Error {
  override name = "RemoteError";
  readonly type: string;
  constructor(reason: string, type: string) {
    super(reason);
    this.type = type;
  }
}

export interface Channel<CallsOut extends Calls, NoticesOut extends Notices> {
  /** Rejects with RemoteError when the handler threw, or when the channel closes before the answer. */
  call<K extends keyof CallsOut & string>(name: K, argument: CallsOut[K][0]): Promise<CallsOut[K][1]>;
  notify<K extends keyof NoticesOut & string>(
    name: K,
    payload: NoticesOut[K],
    transfer?: readonly ArrayBuffer[],
  ): void;
  /** Fails everything pending with this reason; later calls fail at once. */
  close(reason: string): void;
}

/**
 * Typed calls and notices over a port. The two ends are instantiated with the directions swapped. An error
 * in a handler crosses as an error; closing rejects what is pending, so nobody waits for ever.
 */
export function createChannel<
  CallsOut extends Calls,
  NoticesOut extends Notices,
  CallsIn extends Calls,
  NoticesIn extends Notices,
>(
  port: Port,
  handlers: Handlers<CallsIn>,
  notices: NoticeHandlers<NoticesIn>,
): Channel<CallsOut, NoticesOut> {
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  // Not from 1 on: what was asked for by a page that stood here before may be answered yet.
  let next = Math.floor(Math.random() * 2 ** 40);
  let closed: string | undefined;

  const reply = (envelope: Envelope): void => {
    // What lies behind the port may be gone by now, and nobody waits.
    if (closed === undefined) port.post(envelope);
  };

  const answer = async (id: number, name: string, body: unknown): Promise<void> => {
    try {
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      if (!handler) throw new Error(`no handler for "${name}"`);
      reply({ kind: "answer", id, body: await handler(body) });
    } catch (error) {
      // What an end passes on stays what it was at the end where it was thrown.
      const type = error instanceof RemoteError ? error.type : error instanceof Error ? error.name : "Error";
      reply({ kind: "error", id, reason: reasonOf(error), type });
    }
  };

  port.listen((message) => {
    if (closed !== undefined || typeof message !== "object" || message === null || !("kind" in message))
      return;
    const envelope = message as Envelope;
    if (envelope.kind === "call") void answer(envelope.id, envelope.name, envelope.body);
    else if (envelope.kind === "notice") {
      if (Object.hasOwn(notices, envelope.name)) notices[envelope.name]?.(envelope.body as never);
    } else if (envelope.kind === "answer" || envelope.kind === "error") {
      const waiter = pending.get(envelope.id);
      pending.delete(envelope.id);
      if (envelope.kind === "answer") waiter?.resolve(envelope.body as never);
      else waiter?.reject(new RemoteError(envelope.reason, envelope.type));
    }
  });

  return {
    call(name, argument) {
      if (closed !== undefined) return Promise.reject(new RemoteError(closed, "Closed"));
      const id = next++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        port.post({ kind: "call", id, name, body: argument } satisfies Envelope);
      });
    },
    notify(name, payload, transfer) {
      if (closed === undefined)
        port.post({ kind: "notice", name, body: payload } satisfies Envelope, transfer);
    },
    close(reason) {
      if (closed !== undefined) return;
      closed = reason;
      for (const { reject } of pending.values()) reject(new RemoteError(reason, "Closed"));
      pending.clear();
    },
  };
}
