import { createConcealer, maskedLog, secretsIn } from "../lib/conceal.ts";
import { isUnverified } from "../lib/endpoints.ts";
import { sinks } from "../sinks/index.ts";
import type { Sink, SinkContext } from "../sinks/sink.ts";
import { sources } from "../sources/index.ts";
import type { Source, SourceContext } from "../sources/source.ts";

/** What a sink or source is made of: a validated part of the configuration. */
interface Plan {
  readonly type: string;
  /** As the definition's schema gives them. */
  readonly options: unknown;
  /** Values that came from secret storage or its like, beside those that options hold by their names. */
  readonly secrets?: readonly string[];
}

/**
 * Makes a sink that shows no secret: what it logs, throws and says of itself is masked.
 * @throws what the sink can't be made for, masked
 */
export async function buildSink({ type, options, secrets = [] }: Plan, context: SinkContext): Promise<Sink> {
  const definition = sinks[type];
  if (!definition) throw new Error(`no sink of type ${type}`);
  const conceal = createConcealer([...secrets, ...secretsIn(options)]);
  const doubtful = isUnverified(options);
  const guarded = async <T>(act: () => Promise<T> | T): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw conceal.error(error);
    }
  };
  const { log } = context;
  const sink = await guarded(() => definition.create(options, { ...context, log: maskedLog(log, conceal) }));
  const { open, preview, index, notes } = sink;
  return {
    ...sink,
    get target() {
      const shown = conceal.text(sink.target);
      // Also of those that do not say so themselves.
      return doubtful && !shown.includes("not verified") ? `${shown} (TLS is not verified)` : shown;
    },
    ...(open && { open: (state) => guarded(() => open.call(sink, state)) }),
    write: (records, again) => guarded(() => sink.write(records, again)),
    ...(preview && { preview: (records) => conceal.text(preview.call(sink, records)) }),
    ...(notes && {
      notes: () => {
        const said = notes.call(sink);
        return { ...said, problems: said.problems.map(conceal.text) };
      },
    }),
    ...(index && {
      index: { ...index, ask: (api, body, signal) => guarded(() => index.ask(api, body, signal)) },
    }),
    ...(doubtful && { unverified: true }),
    async check() {
      const checked = await guarded(() => sink.check());
      if (!checked) return undefined;
      const { server, wrote, note } = checked;
      return {
        ...(server !== undefined && { server: conceal.text(server) }),
        ...(wrote !== undefined && { wrote: conceal.text(wrote) }),
        ...(note !== undefined && { note: conceal.text(note) }),
      };
    },
    close: () => guarded(() => sink.close()),
  };
}

/** Makes a source that shows no secret: what it logs, throws and says of itself is masked. */
export function buildSource({ type, options, secrets = [] }: Plan, context: SourceContext): Source {
  const definition = sources[type];
  if (!definition) throw new Error(`no source of type ${type}`);
  const hidden = [...secrets, ...secretsIn(options)];
  if (hidden.length === 0) return definition.create(options, context);
  const conceal = createConcealer(hidden);
  const { log } = context;
  const source = definition.create(options, {
    ...context,
    log: maskedLog(log, conceal),
    conceal: conceal.text,
    fail: (error) => context.fail(conceal.error(error)),
  });
  const masked = <T extends { readonly reason?: string }>(state: T): T =>
    state.reason === undefined ? state : { ...state, reason: conceal.text(state.reason) };
  const guarded = (act: Promise<void>): Promise<void> =>
    act.catch((error) => {
      throw conceal.error(error);
    });
  return {
    ...source,
    start: () => guarded(source.start()),
    stop: () => guarded(source.stop()),
    drain: () => guarded(source.drain()),
    state: () => masked(source.state()),
    files: () => source.files().map(masked),
  };
}
