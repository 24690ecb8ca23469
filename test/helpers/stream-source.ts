import { countLines, parseLines } from "../../src/engine/lines.ts";
import { type Log, silent } from "../../src/lib/log.ts";
import { closes, type FileAccount } from "../../src/model.ts";
import { createParser } from "../../src/parsers/index.ts";
import { sources } from "../../src/sources/index.ts";
import type { Chunk, Source, SourceContext } from "../../src/sources/source.ts";
import { openSpool } from "./spool.ts";

export interface RunningStream {
  readonly source: Source;
  readonly chunks: Chunk[];
  /** The raw texts of the records that are durable, in order, with their stream and place; from the spool. */
  durable(): { readonly path: string; readonly key: string; readonly offset: number; readonly raw: string }[];
  raws(): string[];
  accounts(): FileAccount[];
  /** What is wrong with the accounts. */
  open(): FileAccount[];
  /** Warnings and errors. */
  readonly said: string[];
  stop(): Promise<void>;
}

/** Notes what is said. */
export function listening(): { readonly log: Log; readonly said: string[] } {
  const said: string[] = [];
  const note = (text: string): void => void said.push(text);
  return { log: { ...silent, warn: note, error: note }, said };
}

/** A source of any kind over a real spool in `dataDir`; `make` builds it otherwise than from its options. */
export async function startStream(
  dataDir: string,
  type: string,
  options: unknown,
  context: Partial<SourceContext> = {},
  make?: (context: SourceContext) => Source,
): Promise<RunningStream> {
  const { spool, checkpoints } = openSpool(dataDir);
  spool.cursor("test");
  const chunks: Chunk[] = [];
  const { log, said } = listening();
  const definition = sources[type];
  if (!definition) throw new Error(`no source ${type}`);
  const whole: SourceContext = {
    id: "a",
    log,
    checkpoints,
    room: () => undefined,
    async emit(chunk) {
      chunks.push(chunk);
      const row = spool.config(JSON.stringify({ escaped: chunk.escaped, cut: chunk.cut }));
      await spool.append(chunk, chunk.records ?? countLines(chunk.bytes, chunk.encoding), row, () => {});
    },
    changed() {},
    fail(error) {
      said.push(String(error));
    },
    ...context,
  };
  const source = make ? make(whole) : definition.create(definition.options.parse(options), whole);
  await source.start();
  const plain = createParser("plain", {}, { timezone: "UTC", ignoreOffset: false });
  const durable: RunningStream["durable"] = () => {
    const found = [];
    for (let block = spool.read(1); block; block = spool.read(block.seq + 1)) {
      const generation = checkpoints.byId(block.generation);
      const shape = JSON.parse(spool.configJson(block.config) ?? "{}") as { escaped?: boolean };
      const origin = { source: "a", file: "", key: "" };
      for (const { offset, raw } of parseLines(block.bytes, block.start, plain, origin, 0, shape))
        found.push({ path: generation?.named ?? "", key: generation?.key ?? "", offset, raw });
    }
    return found;
  };
  const accounts = (): FileAccount[] =>
    checkpoints.load("a").flatMap(({ id }) => spool.accounts.file(id) ?? []);
  return {
    source,
    chunks,
    durable,
    raws: () => durable().map(({ raw }) => raw),
    accounts,
    open: () => accounts().filter((account) => !closes(account)),
    said,
    async stop() {
      await source.stop();
      await spool.close();
    },
  };
}
