import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { assertSameLines } from "../../../helpers/lines.ts";
import { until } from "../../../helpers/until.ts";
import { beginExport, type LiveSession, numberOf, PATIENCE, shownIn } from "./log-live.ts";
import { logReader } from "./log-reader.ts";

/** A record of RFC 4180 whose cells hold no line ends. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );

/**
 * What is exported of a log that goes on being written.
 * @param written the lines of that log so far, which is shown alone
 */
export function useExports(session: () => LiveSession, written: () => readonly string[]): void {
  const query = () => session().frame.locator("input.query");
  /** Exports what is found now, and tells how many lines that is said to be. */
  const exported = async (format: string, name: string) => {
    const file = join(session().folder, name);
    await beginExport(session(), format, file);
    const note = session().frame.locator(".note", { hasText: name });
    await note.waitFor(PATIENCE);
    const records = numberOf(/^Exported ([\d,]+) lines/.exec((await note.textContent()) ?? "")?.[1]);
    return { records, lines: readFileSync(file, "utf8").trimEnd().split(/\r?\n/) };
  };

  it("exports what was found up to then as text and as a table", async () => {
    const text = await exported("Text", "all.log");
    assert.ok(text.records > 0);
    assertSameLines(text.lines, written().slice(0, text.records));
    await logReader(session().workbench, session().frame).ask("status:404");
    await session().counts(/^[1-9]/);
    const table = await exported("CSV", "some.csv");
    const [head = "", ...rows] = table.lines;
    const raw = cellsOf(head).indexOf("raw");
    assert.ok(table.records > 0 && rows.length === table.records);
    assertSameLines(
      rows.map((row) => cellsOf(row)[raw] ?? ""),
      written()
        .filter((line) => line.includes('"status":404,'))
        .slice(0, rows.length),
    );
    await query().fill("");
  });

  it("exports of a view that is paused what that shows, while lines go on coming", async () => {
    const { frame, counts } = session();
    await frame.locator('[icon="debug-pause"]').click();
    await counts(/ · paused$/);
    const before = written().length;
    await until(() => written().length > before + 1_000, { ...PATIENCE, what: "more lines" });
    const paused = await exported("Text", "paused.log");
    assert.equal(paused.records, (await shownIn(frame)).shown);
    assertSameLines(paused.lines, written().slice(0, paused.records));
    await frame.locator('[icon="debug-pause"]').click();
    await counts(/ lines$/);
  });
}
