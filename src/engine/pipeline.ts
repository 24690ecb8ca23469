import type { SourceConfig } from "../config/config.ts";
import { reasonOf } from "../errors.ts";
import { backoff } from "../lib/backoff.ts";
import type { Log } from "../lib/log.ts";
import type {
  Batch,
  FileAccount,
  FileFigures,
  LogRecord,
  Origin,
  SourceFigures,
  SourceState,
} from "../model.ts";
import type { Aside, Chunk, Refusal, Source, SourceContext } from "../sources/source.ts";
import type { Checkpoints, Generation } from "../spool/checkpoints.ts";
import type { Spool } from "../spool/spool.ts";
import { buildSource } from "./build.ts";
import { originOf, parserConfigOf, parserFor } from "./decode.ts";
import { createForms } from "./forms.ts";
import { createLineTime } from "./line-time.ts";
import { countLines } from "./lines.ts";
import { createPicks, type Picks } from "./picks.ts";
import { type Quarantine, stoppedParser } from "./quarantine.ts";
import { type Counts, countsOf, createFlow, type Flow } from "./stats.ts";

/** A source that fails this often within a minute stays stopped until someone changes or starts it. */
const CRASH_LIMIT = 5;
const CRASH_WINDOW = 60_000;

/** Counters of files that are gone are forgotten so often (s). */
const TIDY = 60;

export interface PipelineHost {
  readonly spool: Spool;
  readonly checkpoints: Checkpoints;
  readonly log: Log;
  readonly quarantine: Quarantine;
  room(signal: AbortSignal): Promise<void> | undefined;
  /** Why a source must not read a file. */
  refusal(path: string, source: string): Refusal | undefined;
  /** Parsed lines on their way to the spool. */
  read(source: string, records: readonly LogRecord[], counts: Counts, observed: number): void;
  /** A batch became durable. Called in the order of the numbers, over all pipelines. */
  deliver(batch: Batch): void;
  changed(): void;
  /** Keeps messages of a source that can be no records. */
  putAside(source: string, letters: readonly Aside[], stop: AbortSignal): Promise<void>;
}

/** One source with its parser, kept alive. */
export interface Pipeline {
  readonly config: SourceConfig;
  start(): Promise<void>;
  stop(): Promise<void>;
  pause(): void;
  resume(): void;
  drain(): Promise<void>;
  /** Takes over what needs no new source (parser, sinks); false when it must be replaced. */
  adopt(config: SourceConfig): boolean;
  tick(seconds: number): void;
  figures(): SourceFigures;
}

/**
 *   source ──chunk──▶ parse ──▶ spool ──durable──▶ deliver
 */
export function createPipeline(initial: SourceConfig, host: PipelineHost): Pipeline {
  const { spool, log, quarantine } = host;
  let config = initial;
  let parserConfig = parserConfigOf(config);
  let forms = createForms(spool, parserConfig, config);
  /** Why the expression of the parser is not run any more; undefined while it is. */
  let stopped: string | undefined;
  let source: Source | undefined;
  let picks = picksFor(config, host);
  const origins = new WeakMap<Generation, Origin>();
  const flow = createFlow();
  const files = new Map<string, Flow>();
  let sinceTidied = 0;
  const retry = backoff({ base: 500, cap: 30_000 });
  let crashes: number[] = [];
  let restart: NodeJS.Timeout | undefined;
  /** The last source, while it ends: its files must not be read twice. */
  let ending: Promise<void> = Promise.resolve();
  let state: SourceState = "stopped";
  let reason: string | undefined;
  let paused = false;
  let wanted = false;

  const pickAt = (path: string): { parser?: string } => {
    const name = parserConfig.name === "auto" ? picks.at(path) : undefined;
    return name === undefined ? {} : { parser: name };
  };

  const accountAt = (generation: number | undefined): { account?: FileAccount } => {
    const account = generation === undefined ? undefined : spool.accounts.file(generation);
    return account ? { account } : {};
  };

  const flowOf = (file: string): Flow => {
    let own = files.get(file);
    if (!own) {
      own = createFlow();
      files.set(file, own);
    }
    return own;
  };

  /** What is kept by path would grow with each name that ever was. */
  const tidy = (): void => {
    sinceTidied = 0;
    if (!source) return;
    const there = new Set(source.files().map(({ path }) => path));
    for (const path of files.keys()) if (!there.has(path)) files.delete(path);
    picks.retain(there);
  };

  const emit = (chunk: Chunk): Promise<void> => {
    const { generation, bytes, start, observed } = chunk;
    let origin = origins.get(generation);
    if (!origin) {
      origin = originOf(generation);
      origins.set(generation, origin);
    }
    const from = origin;
    const own = picks.parserOf(from.file);
    const reader = stopped === undefined ? own : stoppedParser(stopped, own);
    const { sinks } = config;
    const form = forms;
    const row = form.rowOf(chunk);
    const shape = form.shapeOf(chunk);
    return spool.append(chunk, chunk.records ?? countLines(bytes, chunk.encoding), row, (seq) => {
      // Parsed now and not before: records that wait for the disk would fill the memory.
      const passage = { seq, config: row, bytes, start, observed, ...shape };
      // What was read before the parser changed says nothing of the one that there is now.
      const records = quarantine[form === forms ? "read" : "replay"](passage, reader, from);
      if (reader.expressions) follow();
      picks.note(generation, reader);
      const counts = countsOf(records, bytes.length);
      flow.add(counts);
      flowOf(generation.path).add(counts);
      spool.accounts.unparsed(generation.id, counts.unparsed);
      host.read(config.id, records, counts, observed);
      const place = { generation: generation.id, start, bytes: bytes.length };
      host.deliver({ seq, source: config.id, sinks, records, ...place, observed });
    });
  };

  /** Lines from here on name the stop in the spool: they stay as they are, also after a restart. */
  const follow = (): void => {
    const now = quarantine.of(config.id);
    if (now === stopped) return;
    stopped = now;
    forms = createForms(spool, parserConfig, config, stopped);
  };

  const lift = (): void => {
    quarantine.lift(config.id);
    follow();
  };

  const fail = (error: unknown): void => {
    if (!wanted) return;
    reason = reasonOf(error);
    state = "failed";
    const now = performance.now();
    crashes = [...crashes.filter((at) => now - at < CRASH_WINDOW), now];
    void letGo();
    if (crashes.length === 1) retry.reset();
    if (crashes.length >= CRASH_LIMIT) {
      reason = `stopped after ${CRASH_LIMIT} failures within a minute; start it again when the cause is mended. Last: ${reason}`;
      log.error(`source ${config.id}: ${reason}`);
      host.changed();
      return;
    }
    const wait = retry.next(100);
    log.warn(`source ${config.id} failed and starts again in ${Math.round(wait)} ms: ${reason}`);
    restart = setTimeout(() => void open(), wait);
    host.changed();
  };

  const letGo = (): Promise<void> => {
    const ended = source?.stop().catch((error) => log.warn(`source ${config.id}: ${reasonOf(error)}`));
    source = undefined;
    if (ended) ending = Promise.all([ending, ended]).then(() => {});
    return ending;
  };

  const open = async (): Promise<void> => {
    await ending;
    if (!wanted || source) return;
    if (config.consent) {
      state = "consent";
      host.changed();
      return;
    }
    if (config.awaits !== undefined) {
      state = "waiting";
      reason = `waiting for etcd: only there the sink ${config.awaits} can be defined, and what it holds is not known yet`;
      host.changed();
      return;
    }
    let mine: Source | undefined;
    const context: SourceContext = {
      id: config.id,
      log,
      checkpoints: host.checkpoints,
      multiline: config.multiline,
      grouping: quarantine.grouping(config.id),
      room: host.room,
      refusal: (path) => host.refusal(path, config.id),
      timesIn: () => createLineTime(quarantine.limited(parserFor(parserConfig))),
      emit,
      changed: host.changed,
      putAside: (letters, stop) => host.putAside(config.id, letters, stop),
      fail: (error) => {
        if (source === mine) fail(error);
      },
    };
    try {
      const created = buildSource(config, context);
      mine = created;
      source = created;
      state = "starting";
      if (paused) created.pause();
      await created.start();
      reason = undefined;
      host.changed();
    } catch (error) {
      if (source === mine) fail(error);
    }
  };

  return {
    get config() {
      return config;
    },
    async start() {
      lift();
      if (wanted && source) return;
      wanted = true;
      crashes = [];
      retry.reset();
      clearTimeout(restart);
      await open();
    },
    async stop() {
      wanted = false;
      lift();
      clearTimeout(restart);
      await letGo();
      // What was still under way may have been stopped meanwhile.
      lift();
      state = "stopped";
      reason = undefined;
      host.changed();
    },
    pause() {
      paused = true;
      source?.pause();
      host.changed();
    },
    resume() {
      paused = false;
      lift();
      source?.resume();
      host.changed();
    },
    async drain() {
      await source?.drain();
    },
    adopt(next) {
      if (next.type !== config.type || readsUnlike(next, config)) return false;
      lift();
      parserConfig = parserConfigOf(next);
      picks = picksFor(next, host);
      forms = createForms(spool, parserConfig, next);
      config = next;
      host.changed();
      return true;
    },
    tick(seconds) {
      flow.tick(seconds);
      for (const own of files.values()) own.tick(seconds);
      sinceTidied += seconds;
      if (sinceTidied >= TIDY) tidy();
    },
    figures() {
      const seen = source?.state() ?? { state, ...(reason !== undefined && { reason }) };
      const why = stopped ?? quarantine.apart(config.id);
      const rows: FileFigures[] = (source?.files() ?? []).map((row) => ({
        ...flowOf(row.path).figures(),
        ...row,
        ...pickAt(row.path),
        ...accountAt(row.generation),
      }));
      return {
        id: config.id,
        type: config.type,
        ...(config.group !== undefined && { group: config.group }),
        ...(config.searchIn !== undefined && { searchIn: config.searchIn }),
        ...(!config.enabled && { off: true as const }),
        parser: picks.name,
        ...flow.figures(),
        ...seen,
        ...(why !== undefined && { reason: why }),
        ...(config.consent && { consent: config.consent }),
        ...(config.awaits !== undefined && { awaits: config.awaits }),
        files: rows,
        account: spool.accounts.source(config.id),
      };
    },
  };
}

/** Whether what is read would be cut otherwise: a source keeps to what it was created with. */
function readsUnlike(one: SourceConfig, other: SourceConfig): boolean {
  const reading = ({ options, multiline, consent, awaits }: SourceConfig): string =>
    JSON.stringify({ options, multiline, consent, awaits });
  return reading(one) !== reading(other);
}

function picksFor(config: SourceConfig, { checkpoints, log }: PipelineHost): Picks {
  const parsing = parserConfigOf(config);
  const kind = { auto: parsing.name === "auto", source: config.id };
  return createPicks(kind, () => parserFor(parsing), checkpoints, log);
}
