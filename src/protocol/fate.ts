import type { FateCause, LineFate, LineTrace, SinkFate } from "./engine.ts";

/** Puts arguments for `{0}` … in a message, perhaps in another language. */
type Say = (message: string, ...args: (string | number)[]) => string;

/** The message as it is written. */
export function inEnglish(message: string, ...args: (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (_, index) => String(args[Number(index)]));
}

/** Where a line is, in words: a text for people, in the editor and on the terminal. */
export function traceText({ file, line, fates }: LineTrace, t: Say): string {
  const head = t("Line {0} of {1}", line, file);
  if (fates.length === 0) return `${head}\n  ${t("No source reads this file, or ever did.")}\n`;
  return `${head}\n${fates.map((fate) => fateText(fate, t)).join("")}`;
}

function fateText({ source, state, offset, began, readTo, id, record, sinks }: LineFate, t: Say): string {
  const place = t("source {0}, byte {1}", source, offset);
  switch (state) {
    case "unread":
      return `  ${place}: ${t("not read yet; the file is read to byte {0}", readTo)}\n`;
    case "before":
      return `  ${place}: ${t("never read; reading began behind it, at byte {0}", began)}\n`;
    case "skipped":
      return `  ${place}: ${t("passed over; it is part of no record")}\n`;
    case "read": {
      const inside =
        record === undefined || record === offset ? "" : ` (${t("the record begins at byte {0}", record)})`;
      const lines = sinks.map((sink) => `    ${sink.sink}: ${sinkText(sink, t)}\n`).join("");
      return `  ${place}: ${t("read, record {0}", id ?? "?")}${inside}\n${lines}`;
    }
  }
}

/** What became of a record at one sink, in words. */
export function sinkText(
  {
    state,
    reason,
    why,
  }: {
    readonly state: SinkFate["state"];
    readonly reason?: string | undefined;
    readonly why?: FateCause | undefined;
  },
  t: Say,
): string {
  const words = {
    waiting: t("waiting"),
    paused: t("waiting, the sink is paused: Resume in the view of sinks sends it"),
    consent: t("waiting, the sink is not allowed: Log Monitor: Allow… sends it"),
    delivered: t("delivered"),
    leftOut: t("not sent, the sink leaves it out"),
    dead: t("refused, a dead letter"),
    resending: t("refused, and on its way again"),
    damaged: t("lost in a damaged block of the spool, unless it was delivered before"),
    unsure: t("delivered, unless it is among those of this file that were given up, damaged or refused"),
    earlier: t("read before there was this sink, or not for it"),
    notRouted: t("not for this sink"),
  }[state];
  const because = why ? causeText(why, t) : reason;
  return because === undefined || because === "" ? words : `${words}: ${because}`;
}

export function causeText(why: FateCause, t: Say): string {
  switch (why.code) {
    case "unparsed":
      return t("it did not parse (unparsed: skip)");
    case "fieldless":
      return t("it has none of the sink's fields");
    case "options":
      return t("the sink leaves some records of this file out by its options");
    case "gone":
      return t(
        "records of this file that were refused: {0}, no longer among the dead letters: {1}",
        why.refused,
        why.gone,
      );
  }
}
