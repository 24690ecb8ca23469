import type { Amount, FileAccount, SinkAccount } from "../model.ts";

/** What a sink's account can't tell the fate of: nothing, unless records were lost or counted twice. */
export function remainderOf({ routed, delivered, dead, dropped, waiting }: SinkAccount): Amount {
  return {
    records: routed.records - delivered.records - dead.records - dropped.records - waiting.records,
    bytes: routed.bytes - delivered.bytes - dead.bytes - dropped.bytes - waiting.bytes,
  };
}

/** Bytes between where reading began and where it stands that were neither read nor skipped: none. */
export function gapOf({ began, offset, bytes, skipped }: FileAccount): number {
  return offset - began - bytes - skipped;
}

/** Whether all sums close. */
export function closes(account: { readonly sinks: readonly SinkAccount[] } | FileAccount): boolean {
  if ("began" in account && gapOf(account) !== 0) return false;
  return account.sinks.every((sink) => {
    const { records, bytes } = remainderOf(sink);
    return records === 0 && bytes === 0;
  });
}
