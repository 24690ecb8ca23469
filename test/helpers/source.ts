import { cpSync } from "node:fs";
import type { z } from "zod";
import { type Log, silent } from "../../src/lib/log.ts";
import type { FileAccount } from "../../src/model.ts";
import type { fileOptions } from "../../src/sources/file/options.ts";
import { fileSource } from "../../src/sources/file.ts";
import type { Chunk, Source, SourceContext } from "../../src/sources/source.ts";
import type { Generation } from "../../src/spool/checkpoints.ts";
import { encode } from "./encodings.ts";
import { openSpool } from "./spool.ts";

export interface RunningSource {
  readonly source: Source;
  readonly chunks: Chunk[];
  /** All lines handed on so far, in order. */
  lines(): string[];
  /** The durable lines in order, each with its record id, as a sink would get them from the spool. */
  durable(): { readonly id: string; readonly generation: string; readonly line: string }[];
  /** What it knows of the files it met, oldest first. */
  generations(): Generation[];
  /** Their accounts. */
  accounts(): FileAccount[];
  /** Copies what a kill at this instant would leave of the data folder. */
  image(to: string): void;
  stop(): Promise<void>;
}

type Given = [
  dataDir: string,
  options: z.input<typeof fileOptions>,
  log?: Log,
  context?: Pick<Partial<SourceContext>, "room" | "timesIn" | "multiline">,
];

/** The real file source over a real spool in `dataDir`; what it emits is durable and kept for the test. */
export async function startSource(...given: Given): Promise<RunningSource> {
  const running = createSource(...given);
  await running.source.start();
  return running;
}

/** The same, which is still to be started. */
export function createSource(...[dataDir, options, log = silent, context = {}]: Given): RunningSource {
  const { spool, checkpoints } = openSpool(dataDir);
  spool.cursor("test");
  const chunks: Chunk[] = [];
  const source = fileSource.create(fileSource.options.parse(options), {
    id: "a",
    log,
    checkpoints,
    room: () => undefined,
    ...context,
    async emit(chunk) {
      chunks.push(chunk);
      await spool.append(chunk, 1, 1, () => {});
    },
    changed() {},
    fail(error) {
      throw error;
    },
  });
  return {
    source,
    chunks,
    lines: () =>
      chunks
        .map(({ bytes }) => bytes.toString())
        .join("")
        .split("\n")
        .slice(0, -1),
    durable() {
      const found = [];
      const { encoding } = fileSource.options.parse(options);
      const decoder = new TextDecoder(encoding, { ignoreBOM: true });
      for (let block = spool.read(1); block; block = spool.read(block.seq + 1)) {
        const key = checkpoints.byId(block.generation)?.key ?? "";
        let offset = block.start;
        for (const line of decoder.decode(block.bytes).split(/(?<=\n)/)) {
          found.push({ id: `${key}-${offset}`, generation: key, line: line.replace(/\r?\n$/, "") });
          offset += encode(line, encoding).length;
        }
      }
      return found;
    },
    generations: () => checkpoints.load("a"),
    accounts: () => checkpoints.load("a").flatMap(({ id }) => spool.accounts.file(id) ?? []),
    image: (to) => cpSync(dataDir, to, { recursive: true }),
    async stop() {
      await source.stop();
      await spool.close();
    },
  };
}
