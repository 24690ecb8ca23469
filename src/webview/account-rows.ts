import { type FileAccount, remainderOf, type SinkAccount, type Snapshot } from "../model.ts";

/** More rows than these are not drawn: those in trouble come first. */
const MOST = 200;

/** What became of one file's records at one sink. */
export interface AccountRow {
  readonly key: string;
  readonly path: string;
  readonly file: FileAccount;
  /** Undefined: nothing of it is for any sink. */
  readonly sink: SinkAccount | undefined;
}

/** Each file with each sink that gets records of it; what does not close first, then what is lost or waits. */
export function accountRows(
  snapshot: Snapshot | undefined,
  source: string | undefined,
): readonly AccountRow[] {
  const chosen = (snapshot?.sources ?? []).filter(({ id }) => source === undefined || id === source);
  const rows = chosen.flatMap(({ id, files }) =>
    files.flatMap(({ path, generation, account }): AccountRow[] => {
      if (!account) return [];
      const key = `${id} ${generation}`;
      if (account.sinks.length === 0) return [{ key, path, file: account, sink: undefined }];
      return account.sinks.map((sink) => ({ key: `${key} ${sink.sink}`, path, file: account, sink }));
    }),
  );
  return rows
    .map((row) => ({ row, weight: weightOf(row) }))
    .sort((one, other) => other.weight - one.weight)
    .slice(0, MOST)
    .map(({ row }) => row);
}

function weightOf({ file, sink }: AccountRow): number {
  if (openOf(file, sink) !== undefined) return 3;
  if (!sink) return 0;
  if (sink.dropped.records + sink.dead.records > 0) return 2;
  return sink.waiting.records > 0 ? 1 : 0;
}

/** Records and bytes of which nobody knows; undefined when the sums close. */
export function openOf(
  file: FileAccount,
  sink: SinkAccount | undefined,
): { readonly records: number; readonly bytes: number } | undefined {
  const rest = sink ? remainderOf(sink) : { records: 0, bytes: 0 };
  const bytes = rest.bytes === 0 ? file.missing : rest.bytes;
  return rest.records === 0 && bytes === 0 ? undefined : { records: rest.records, bytes };
}
