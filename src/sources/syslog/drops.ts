import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";

/**
 * How many datagrams the system has thrown away because the buffer of a UDP socket was full; undefined where it
 * does not tell. Source: the last column of /proc/net/udp and /proc/net/udp6 (Linux, proc(5) and net/ipv4/udp.c).
 */
export async function systemDrops(address: string, port: number): Promise<number | undefined> {
  const table = await readFile(isIPv6(address) ? "/proc/net/udp6" : "/proc/net/udp", "latin1").catch(
    () => "",
  );
  return dropsIn(table, address, port);
}

/** The same, in the text of that table. */
export function dropsIn(table: string, address: string, port: number): number | undefined {
  const wanted = `${isIPv6(address) ? hexOf6(address) : hexOf4(address)}:${hex(port, 4)}`;
  for (const line of table.split("\n")) {
    const columns = line.trim().split(/\s+/);
    if (columns[1] === wanted) return Number(columns.at(-1));
  }
  return undefined;
}

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, "0");

/** Words as a machine that stores the lowest byte first holds them: all that run VS Code do. */
const turned = (bytes: readonly number[]): string =>
  [...bytes]
    .reverse()
    .map((byte) => hex(byte, 2))
    .join("");

function hexOf4(address: string): string {
  return turned(address.split(".").map(Number));
}

function hexOf6(address: string): string {
  const [head = "", tail] = address.split("::");
  const words = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const first = words(head);
  const last = tail === undefined ? [] : words(tail);
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  const bytes = [...first, ...zeros, ...last].flatMap((word) => [word >> 8, word & 255]);
  return [0, 4, 8, 12].map((at) => turned(bytes.slice(at, at + 4))).join("");
}
