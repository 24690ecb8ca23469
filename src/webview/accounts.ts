import type { FileAccount } from "../model.ts";
import { type AccountRow, openOf } from "./account-rows.ts";
import type { Formats } from "./formats.ts";
import { type Cell, type Column, createGrid, type Grid } from "./grid.ts";
import type { L10n } from "./l10n.ts";

/** Every file and sink: what was read over all runs, and what became of it. */
export function createAccountTable({
  l10n: { t },
  formats,
}: {
  readonly l10n: L10n;
  readonly formats: Formats;
}): Grid<AccountRow> {
  const read = (title: string, of: (file: FileAccount) => number, tone?: string): Column<AccountRow> => ({
    title,
    numeric: true,
    cell: ({ file }) => ({ text: formats.count(of(file)), tone: of(file) > 0 ? tone : undefined }),
  });
  const fate = (
    title: string,
    of: "delivered" | "leftOut" | "waiting" | "dropped" | "dead",
    tone?: string,
  ): Column<AccountRow> => ({
    title,
    numeric: true,
    cell({ sink }) {
      if (!sink) return { text: "–", tone: "dim" };
      const { records, bytes } = sink[of] ?? { records: 0, bytes: 0 };
      return {
        text: formats.count(records),
        title: formats.bytes(bytes),
        tone: records > 0 ? tone : undefined,
      };
    },
  });
  const sum = ({ file, sink }: AccountRow): Cell => {
    const open = openOf(file, sink);
    if (!open) return { icon: "pass", text: t("closes"), tone: "good" };
    const text = t(
      "{0} records, {1} unaccounted for",
      formats.count(open.records),
      formats.bytes(open.bytes),
    );
    return { icon: "error", text, title: text, tone: "bad" };
  };
  return createGrid<AccountRow>(
    t("Accounts"),
    [
      { title: t("File"), wraps: true, cell: ({ path }) => ({ text: nameOf(path), title: path }) },
      { title: t("Sink"), cell: ({ sink }) => ({ text: sink?.sink ?? "–" }) },
      read(t("Read"), ({ lines }) => lines),
      read(t("Parsed"), ({ lines, unparsed }) => lines - unparsed),
      read(t("Unparsed"), ({ unparsed }) => unparsed, "bad"),
      fate(t("Delivered"), "delivered"),
      fate(t("Left out"), "leftOut"),
      fate(t("Waiting"), "waiting", "warn"),
      fate(t("Dropped"), "dropped", "bad"),
      fate(t("Dead"), "dead", "bad"),
      { title: t("Sum"), wraps: true, cell: sum },
    ],
    { keyOf: ({ key }) => key },
  );
}

function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
