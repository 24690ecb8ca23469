import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../../helpers/vscode-paths.ts";

/** The pseudo-locale: every text is marked, and a third longer. */
export const LANGUAGE = "qps-ploc";
export const pseudo = (text: string): string => `⟦${text}${"·".repeat(Math.ceil(text.length / 3))}⟧`;
const MARKED = /⟦[^⟦⟧]*⟧/g;

/** A text of the manifest is cut at the ends of its lines and at its links. */
const pseudoLines = (text: string): string =>
  text.replace(/\[([^\]]*)\](\([^)]*\))|[^[\n]+/g, (piece, label?: string, target?: string) => {
    if (label !== undefined) return `[${pseudo(label)}]${target}`;
    return /\p{L}/u.test(piece) ? pseudo(piece) : piece;
  });

/** The extension with a bundle of the pseudo-locale, made of the messages that the Chinese one has. */
export function extensionInPseudo(folder: string): string {
  const read = (path: string): Record<string, string> =>
    JSON.parse(readFileSync(join(repository, path), "utf8"));
  const write = (path: string, texts: Record<string, string>): void =>
    writeFileSync(join(folder, path), JSON.stringify(texts));
  mkdirSync(join(folder, "l10n"), { recursive: true });
  // Copied: the editor tells extensions apart by where their code really is.
  for (const name of ["dist", "media"])
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  for (const name of ["package.json", "package.nls.json"]) cpSync(join(repository, name), join(folder, name));
  const messages = Object.keys(read("l10n/bundle.l10n.zh-cn.json"));
  write(
    `l10n/bundle.l10n.${LANGUAGE}.json`,
    Object.fromEntries(messages.map((message) => [message, pseudo(message)])),
  );
  const manifest = Object.entries(read("package.nls.json"));
  write(
    `package.nls.${LANGUAGE}.json`,
    Object.fromEntries(manifest.map(([key, text]) => [key, pseudoLines(text)])),
  );
  return folder;
}

/** Words that are the same in every language, by the reason. */
const SAME: Readonly<Record<string, string>> = {
  "names of programs, protocols and formats":
    "Log Monitor InfluxDB Apache Kafka Elasticsearch OpenSearch Grafana Loki OpenTelemetry OTLP JSON NDJSON CSV",
  "files, and ids of sources, sinks and types of sinks":
    "app.log app huge.log huge first store out out.ndjson elastic elasticsearch records.ndjson logs",
  "letters that stand for sources where there is little room": "ap hu",
  "fields and their values, as queries have them":
    "time level message source file offset fields id raw status took msg order order.id info error stats",
  "parsers by their names in settings": "auto nginx combined common json logfmt syslog plain",
  "presets of lines that belong together": "java python node go dotnet ruby php rust indent",
  "units, and times that the platform writes": "sec min hr ms kB MB PM AM UTC xx max 3m day days",
};
const KNOWN = new Set(Object.values(SAME).flatMap((words) => words.split(" ")));

/** Data whose words are anything, by the reason. */
const DATA: readonly RegExp[] = [
  // Time zones of the platform.
  /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[\w/+-]+$/g,
  // Why a server can't be asked, which the engine tells in English.
  / at https?:\S+ can't be reached(?:: .*)?$/g,
  // Addresses, paths, and names of indexes.
  /https?:\S+( index \S+)?/g,
  /(?:\/[\w.-]+){2,}/g,
  // Ids of records: a hash, and a number in the digits of base 36.
  /\b[\da-f]{16}-\w+/g,
  // Of a record, as bytes and as text.
  /\S*"[:,]\S*/g,
];

/** What the editor itself puts around our texts. */
const EDITOR: readonly RegExp[] = [
  /\(Press 'Enter' to confirm or 'Escape' to cancel\)$/,
  /(?<=⟧) (?:actions|Section)$/,
  /(?<=⟧): Not completed$/,
  /^Collapse All$/,
  /^Inspect this in the accessible view \(.*\)\./,
];

/** The words of a text that are not in the language of the window, though they should be. */
export function foreign(text: string): readonly string[] {
  let rest = [...DATA, ...EDITOR].reduce((left, known) => left.replace(known, " "), text);
  for (let before = ""; before !== rest; ) [before, rest] = [rest, rest.replace(MARKED, " ")];
  // One letter is a word where it is the unit of a number.
  const words = rest.match(/(?<!\d)\p{L}[\p{L}\p{N}_.]*\p{L}|(?<=\d\s)\p{L}(?![\p{L}\p{N}])/gu) ?? [];
  return words.filter((word) => !KNOWN.has(word));
}
