import { setTimeout as delay } from "node:timers/promises";
import { reasonOf, UserError } from "../../errors.ts";
import { backoff } from "../../lib/backoff.ts";
import type { SourceState } from "../../model.ts";
import type { SourceContext, SourceRow } from "../source.ts";
import type { Gate } from "../stream/gate.ts";
import { createLife, type Life } from "../stream/life.ts";
import { createMessages, type Messages } from "./messages.ts";
import type { SyslogOptions } from "./options.ts";
import { createSenders, type Senders } from "./senders.ts";

/** A socket that listens. */
export interface Socket {
  /** As the system gave it. */
  readonly address: string;
  readonly port: number;
  /** What was lost before it could be read, as far as anyone tells. */
  readonly dropped?: number;
  /** What is amiss although it works. */
  readonly trouble: string | undefined;
  /** Resolves when it is closed and everything that came was given to the messages. Never throws. */
  close(): Promise<void>;
}

/** What a socket is given. */
export interface Listening {
  readonly options: SyslogOptions;
  readonly context: SourceContext;
  /** Where messages go; their place is known when the socket is bound. */
  messages(): Messages;
  /** It does not listen any more. */
  fail(error: unknown): void;
}

/** One protocol of a source, which is listened for until it is stopped; also one whose port is taken at first. */
export interface Listener {
  start(): Promise<void>;
  stop(): Promise<void>;
  drain(): Promise<void>;
  readonly state: SourceState;
  readonly reason: string | undefined;
  /** Its own, then those of its senders. */
  rows(): readonly SourceRow[];
}

export function createListener(
  protocol: "udp" | "tcp" | "tls",
  options: SyslogOptions,
  context: SourceContext,
  gate: Gate,
  open: (listening: Listening) => Promise<Socket>,
): Listener {
  const port = protocol === "tls" ? (options.tls?.port ?? options.port) : options.port;
  const retry = backoff({ base: 1_000, cap: 30_000 });
  const wanted = pathOf(protocol, options.host, port);
  let life: Life = createLife(context, wanted);
  let senders: Senders | undefined;
  let messages: Messages | undefined;
  let socket: Socket | undefined;
  let failure: string | undefined;
  let told: string | undefined;
  let retrying: Promise<void> = Promise.resolve();

  const close = async (): Promise<void> => {
    const old = socket;
    socket = undefined;
    await old?.close();
    await messages?.end();
    messages = undefined;
    senders = undefined;
  };

  const failed = (error: unknown): void => {
    if (gate.signal.aborted) return;
    failure = troubleOf(error as NodeJS.ErrnoException, protocol, { host: options.host, port });
    if (told !== failure) context.log.error(`source ${context.id}: ${failure}; it is tried again`);
    told = failure;
    context.changed();
    retrying = (async () => {
      await close();
      await delay(retry.next(500), undefined, { signal: gate.signal }).catch(() => {});
      if (!gate.signal.aborted) await bind();
    })();
  };

  const bind = async (): Promise<void> => {
    const host: Listening = {
      options,
      context,
      messages() {
        if (!messages) throw new Error("messages of a socket that is not bound");
        return messages;
      },
      fail: failed,
    };
    try {
      const opened = await open(host);
      try {
        life = createLife(context, pathOf(protocol, options.host, opened.port));
        life.begin();
      } catch (error) {
        await opened.close();
        throw error;
      }
      senders = createSenders(context, protocol, life, options.senders);
      messages = createMessages(senders, gate, context.multiline !== undefined);
      socket = opened;
    } catch (error) {
      failed(error);
      return;
    }
    if (told !== undefined) context.log.info(`source ${context.id}: listens on ${life.path} now`);
    told = undefined;
    failure = undefined;
    retry.reset();
    context.changed();
  };

  const state = (): SourceState =>
    socket ? (gate.paused ? "paused" : "watching") : failure === undefined ? "starting" : "failed";

  return {
    start: bind,
    async stop() {
      await close();
      await retrying;
      await close();
    },
    drain: async () => messages?.drain(),
    get state() {
      return state();
    },
    get reason() {
      return failure ?? socket?.trouble;
    },
    rows: () => [
      {
        ...life.row(state(), failure ?? socket?.trouble),
        ...(socket?.dropped !== undefined && socket.dropped > 0 && { dropped: socket.dropped }),
      },
      ...(senders?.rows(state()) ?? []),
    ],
  };
}

function pathOf(protocol: string, host: string, port: number): string {
  return `${protocol} ${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** What to change, in place of what the system says. */
function troubleOf(
  error: NodeJS.ErrnoException,
  protocol: string,
  { host, port }: Pick<SyslogOptions, "host" | "port">,
): string {
  const path = pathOf(protocol, host, port);
  if (error instanceof UserError) return reasonOf(error);
  if (error.code === "EADDRINUSE")
    return `port: another program listens on ${path} (EADDRINUSE): choose another port, or end that program`;
  if (error.code === "EACCES" && port < 1024)
    return `port: ${path} is below 1024, where only root may listen (EACCES): choose one above, like 5514, or give node the capability CAP_NET_BIND_SERVICE`;
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")
    return `host: ${host} is no address of this machine (${error.code}): write 127.0.0.1, or 0.0.0.0 for all`;
  return `${path} can't be listened on: ${reasonOf(error)}`;
}
