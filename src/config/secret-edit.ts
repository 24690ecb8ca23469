import { findNodeAtLocation, parseTree } from "jsonc-parser";
import { isScalar, parseDocument } from "yaml";
import { UserError } from "../errors.ts";
import { freeName } from "../lib/free-name.ts";
import type { SecretEdit, SecretPlace } from "../protocol/edits.ts";
import { modernize } from "./legacy.ts";
import { secretAt } from "./plain-secrets.ts";

/**
 * How a text of settings, or of a configuration file, is to be changed so that a reference stands where a secret
 * did; and the secret.
 * @throws UserError when there is no secret at the place any more
 */
export function extractSecret({ text, path, within, taken }: SecretPlace): SecretEdit {
  const found = within ? inSettings(text, path, within) : inFile(text, path);
  const stretch = found && secretAt(found.value, path);
  if (!found || !stretch) throw new UserError(`there is no secret at ${path.join(".")} any more`);
  // Secrets are the user's, not the workspace's: another may have one of the name.
  const name = freeName(path.join(".").replace(/[^\w.-]/g, "-"), taken);
  const { start, end } = stretch;
  const replaced = `${found.value.slice(0, start)}\${secret:${name}}${found.value.slice(end)}`;
  return {
    start: found.start,
    end: found.end,
    // Also as YAML, whatever its style was: a text in double quotes is the same in both.
    text: JSON.stringify(replaced) + found.after,
    name,
    value: found.value.slice(start, end),
  };
}

interface Found {
  readonly value: string;
  /** Of the value as it is written, quotes included. */
  readonly start: number;
  readonly end: number;
  /** What must stand behind it. */
  readonly after: string;
}

function inSettings(text: string, path: SecretPlace["path"], within: readonly string[]): Found | undefined {
  const root = parseTree(text);
  const [name, ...rest] = path;
  const node =
    root &&
    (findNodeAtLocation(root, [...within, `logMonitor.${name}`, ...rest]) ??
      findNodeAtLocation(root, [...within, "logMonitor", String(name), ...rest]));
  if (node?.type !== "string") return undefined;
  return { value: String(node.value), start: node.offset, end: node.offset + node.length, after: "" };
}

function inFile(text: string, path: SecretPlace["path"]): Found | undefined {
  const document = parseDocument(text, { prettyErrors: false });
  const { placeOf } = modernize(document.toJS());
  const node = document.getIn(placeOf(path), true);
  if (!isScalar(node) || typeof node.value !== "string" || !node.range) return undefined;
  const [start, end] = node.range;
  const after = /^BLOCK_/.test(node.type ?? "") ? "\n" : "";
  return { value: node.value, start, end, after };
}
