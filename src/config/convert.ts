import { stringify } from "yaml";
import { UserError } from "../errors.ts";
import { type ConfigDocument, readDocument } from "./document.ts";
import { modernize } from "./legacy.ts";

/** An old configuration file in today's layout. */
export interface Converted {
  /** YAML. */
  readonly text: string;
  /** What of the old file has no effect, each with its place: `config.yaml:3: …`. */
  readonly warnings: readonly string[];
}

/**
 * Writes the modern form of a configuration file of the old layouts: what it comes to is the same. Relative paths
 * stay, so the new file belongs into the folder of the old one.
 * @throws UserError with file and line when something in it can't be read, or when nothing of it is old
 */
export async function convertFile(file: string): Promise<Converted> {
  return convert(await readDocument(file));
}

export function convert(document: ConfigDocument): Converted {
  const { file, faults, values: old } = document;
  const at = (
    { line }: { readonly line: number },
    path: readonly (string | number)[],
    message: string,
  ): string => [`${file}:${line}`, ...(path.length > 0 ? [path.join(".")] : []), message].join(": ");
  if (faults.length > 0)
    throw new UserError(faults.map((fault) => at(fault, fault.path, fault.message)).join("\n"));
  const { values, errors, warnings } = modernize(old);
  if (errors.length > 0)
    throw new UserError(
      errors.map(({ path, message }) => at(document.place(path), path, message)).join("\n"),
    );
  if (values === old)
    throw new UserError(
      `${file} has nothing of the old layouts (configpath, collectlogs, kafkaconfig, elasticconfig)`,
    );
  const head = "# Log Monitor: converted from a configuration of the old layout.\n";
  return {
    text: head + stringify(values, { lineWidth: 0 }),
    warnings: warnings.map(({ path, message }) => at(document.place(path), path, message)),
  };
}
