import { isDeepStrictEqual } from "node:util";
import type { Config, SinkConfig } from "../config/config.ts";
import { UserError } from "../errors.ts";
import { createEmitter } from "../lib/events.ts";
import { filePlace } from "../lib/line-number.ts";
import { silent } from "../lib/log.ts";
import type { RemoteCall, RemoteTold } from "../protocol/remote.ts";
import { createRemoteExports } from "../remote/exports.ts";
import { createRemoteViews, type OpenIndex } from "../remote/views.ts";
import type { RemoteIndex } from "../sinks/elastic-index.ts";
import type { Sink } from "../sinks/sink.ts";
import { buildSink } from "./build.ts";

/** So many of a record's bytes are shown. */
const SHOWN_BYTES = 4096;
/** Largest file (bytes) that the editor gives extensions. */
const EDITABLE = 50 << 20;
/** How long (ms) connections stay that nobody needs at the moment: the next key begins the next search. */
const KEPT = 30_000;

/** Searches of log views in the indexes of sinks. */
export interface RemoteDesk {
  /** @throws what is wrong with the server or the question, in words for people */
  call(asked: RemoteCall): Promise<unknown>;
  onTold(listener: (told: RemoteTold) => void): { dispose(): void };
  close(): void;
}

/** What asks the server of one sink, as it is configured. */
interface Desk {
  readonly config: SinkConfig;
  readonly sink: Promise<Sink>;
}

/**
 * @param config what is configured now: a sink that may not be used any more is not asked any more
 * @param kept see KEPT
 */
export function createRemoteDesk(config: () => Config | undefined, kept = KEPT): RemoteDesk {
  const told = createEmitter<RemoteTold>();
  const desks = new Map<string, Desk>();
  const users = new Map<string, number>();
  const late = new Map<string, NodeJS.Timeout>();
  const indexes = new Map<string, { readonly of: Sink; readonly index: RemoteIndex }>();

  const shut = (id: string): void => {
    const desk = desks.get(id);
    desks.delete(id);
    indexes.delete(id);
    desk?.sink.then((sink) => sink.close()).catch(() => undefined);
  };

  const allowed = (id: string): { readonly sink: SinkConfig; readonly dataDir: string } => {
    const now = config();
    const sink = now?.sinks.get(id);
    if (!now || !sink) throw new UserError(`there is no sink ${id}: choose where to search`);
    if (sink.consent)
      throw new UserError(
        `the sink ${id} waits until you allow ${sink.consent.join(", ")}: nothing is asked there before`,
      );
    return { sink, dataDir: now.dataDir };
  };

  /** The sink as it is configured at this moment. */
  const at = async (id: string): Promise<Sink> => {
    const { sink: found, dataDir } = allowed(id);
    const desk = desks.get(id);
    if (desk && desk.config.type === found.type && isDeepStrictEqual(desk.config.options, found.options))
      return desk.sink;
    shut(id);
    const sink = buildSink(found, { id, log: silent, dataDir, baseDir: found.baseDir });
    desks.set(id, { config: found, sink });
    sink.catch(() => desks.delete(id));
    return sink;
  };

  const indexOf = (sink: Sink, id: string): RemoteIndex => {
    if (!sink.index) throw new UserError(`what the sink ${id} writes can't be searched`);
    return sink.index;
  };

  const open = async (id: string): Promise<OpenIndex> => {
    const sink = await at(id);
    const index = indexOf(sink, id);
    const known = indexes.get(id);
    const asked: RemoteIndex =
      known?.of === sink
        ? known.index
        : {
            ...index,
            ask: async (...asking) => indexOf(await at(id), id).ask(...asking),
          };
    indexes.set(id, { of: sink, index: asked });
    clearTimeout(late.get(id));
    users.set(id, (users.get(id) ?? 0) + 1);
    let open = true;
    return {
      index: asked,
      close() {
        if (!open) return;
        open = false;
        const left = (users.get(id) ?? 1) - 1;
        users.set(id, left);
        if (left === 0) late.set(id, setTimeout(shut, kept, id).unref());
      },
    };
  };

  const views = createRemoteViews({
    open,
    tell: (name, notice) => told.fire({ name, told: notice } as RemoteTold),
  });

  const exports = createRemoteExports({ open, tell: (one) => told.fire({ name: "exported", told: one }) });

  return {
    async call({ name, argument }) {
      switch (name) {
        case "export":
          return exports.begin(argument);
        case "cancelExport":
          return exports.cancel(argument.job);
        case "search":
          return views.search(argument);
        case "close":
          return views.end(argument.view);
        case "bytes": {
          const { raw } = await views.record(argument);
          const text = Buffer.from(raw);
          return { hex: text.subarray(0, SHOWN_BYTES).toString("hex"), total: text.length, offset: 0 };
        }
        case "place": {
          const { file, offset, raw } = await views.record(argument);
          // A path of a share would be asked for with the user's name.
          if (file === "" || /^[/\\]{2}/.test(file))
            throw new UserError("the index does not tell a file of this computer for this line");
          return filePlace(file, offset, raw, EDITABLE);
        }
        default:
          return views.calls[name](argument);
      }
    },
    onTold: told.listen,
    close() {
      views.close();
      exports.close();
      for (const timer of late.values()) clearTimeout(timer);
      for (const id of [...desks.keys()]) shut(id);
    },
  };
}
