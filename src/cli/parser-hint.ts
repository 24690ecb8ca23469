import { detectParser } from "../engine/detect.ts";
import { counted } from "../lib/counted.ts";
import type { SourceFigures } from "../model.ts";

type Read = Pick<SourceFigures, "id" | "parser" | "lines" | "unparsed" | "files">;

/**
 * What to write where a source's parser took none of its lines; undefined where it took some, or none would take
 * them.
 */
export async function parserHint({ id, parser, lines, unparsed, files }: Read): Promise<string | undefined> {
  if (lines === 0 || unparsed < lines) return undefined;
  const all = `source ${id}: ${lines === 1 ? "the one line is" : `all ${counted(lines, "line")} are`} unparsed by ${parser}`;
  const file = files.find((one) => one.lines > 0 && one.stream === undefined);
  const found = file && (await detectParser(file).catch(() => undefined));
  const name = /^auto \((\w+)\)$/.exec(found?.parser ?? "")?.[1];
  if (name === undefined || name === parser) return `${all}: name the parser of its format`;
  return `${all}; they look like ${name}: use the parser ${name}, or auto`;
}
