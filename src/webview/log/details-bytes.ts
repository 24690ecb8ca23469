import { hexLines } from "../../lib/hex-dump.ts";
import type { BytesAnswer } from "../../protocol/log-details.ts";
import { el } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { visible } from "./visible.ts";

/** A record's bytes in hex and as text, and where they stand. */
export function bytesOf(
  { hex, total, file, offset }: BytesAnswer,
  { t }: L10n,
  formats: Formats,
): readonly Node[] {
  const shown = hex.length / 2;
  const place =
    file === undefined
      ? t("No file has these bytes any more: this is the text as it was read, in UTF-8.")
      : t("{0}, from byte {1} on", visible(file), formats.count(offset));
  const dump = hexLines(hex, file === undefined ? 0 : offset).map((line) =>
    el(
      "span",
      { class: "hex-line" },
      el("span", { class: "soft" }, `${line.offset}  `),
      line.hex,
      el("span", { class: "hex-text" }, `  ${line.text}`),
      "\n",
    ),
  );
  return [
    el("p", { class: "tip" }, place),
    // Wider than a narrow pane: scrolled by keys, too.
    el("pre", { class: "hex", tabindex: "0", role: "group", "aria-label": t("Bytes") }, ...dump),
    ...(total > shown
      ? [el("p", {}, t("{0} of {1} bytes", formats.count(shown), formats.count(total)))]
      : []),
  ];
}
