import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { createHttp, type Http } from "../lib/http.ts";

/** Headers that say how a body is sent, which is not for the user to say. */
const OURS =
  /^(?:host|connection|content-length|content-encoding|transfer-encoding|expect|upgrade|te|trailer)$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What is said of an address that is none, with the port that such a server has. */
export function addressLike(port: number): string {
  return `is no address: write it like http://127.0.0.1:${port}`;
}

/** Whom a server must prove to be. */
export const trustShape = {
  ca: z
    .string()
    .optional()
    .describe("File with the certificates (PEM) that sign the server's, or the certificates themselves."),
  fingerprint: z
    .string()
    .regex(
      /^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i,
      "is no SHA-256 fingerprint: 64 hex digits, with or without colons",
    )
    .optional()
    .describe("SHA-256 fingerprint of the server's certificate, which alone is trusted then."),
  verify: z
    .boolean()
    .default(true)
    .describe("False takes any certificate: whoever is on the way can read and change what is sent."),
};

/** How any HTTP server is spoken to. */
export const connectionShape = {
  gzip: z.boolean().default(false).describe("Compress requests."),
  timeout: z.int().min(100).default(30_000).describe("How long a request may take, in ms."),
  ...trustShape,
};

/** Options of every sink that speaks HTTP to one address. */
export const httpShape = {
  user: z.string().optional().describe("User, for basic authentication."),
  password: z.string().optional().describe("Password; take it from the environment: ${env:LOG_PASSWORD}."),
  token: z
    .string()
    .min(1)
    .optional()
    .describe("Bearer token; take it from the environment: ${env:LOG_TOKEN}."),
  headers: z.record(z.string(), z.string()).default({}).describe("Further headers of each request, by name."),
  ...connectionShape,
};

const httpOptions = z.object({ url: z.url(), ...httpShape });
export type HttpSinkOptions = z.output<typeof httpOptions>;

/** Says what is wrong with the options that `httpShape` holds, and with `url`. */
export function refuseHttp(
  options: HttpSinkOptions,
  refuse: (message: string, ...path: string[]) => void,
  { query = false }: { readonly query?: boolean } = {},
): void {
  const { url, user, password, token, headers, ca, fingerprint } = options;
  // Said already: checks of the whole are made as well where the address is none.
  if (!URL.canParse(url)) return;
  const { protocol, username, password: within, search, hash } = new URL(url);
  if (!/^https?:$/.test(protocol)) refuse("the address must begin with http:// or https://", "url");
  if (username !== "" || within !== "") {
    refuse("the address can't hold a user: use user and password, or token", "url");
  }
  if (hash !== "" || (!query && search !== "")) {
    refuse(`the address ends at its ${query ? "query" : "path"}: remove what follows ? or #`, "url");
  }
  if ((user === undefined) !== (password === undefined)) {
    refuse("user and password go together", user === undefined ? "password" : "user");
  }
  if (user !== undefined && token !== undefined) refuse("give either user or token, not both", "token");
  if (user?.includes(":")) refuse("a user can't hold a colon", "user");
  const texts = { user, password, token };
  for (const [key, text] of Object.entries(texts)) {
    if (/\p{Cc}/u.test(text ?? "")) refuse("holds a line end or another control character: remove it", key);
  }
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name)) refuse("is no name of a header", "headers", name);
    else if (OURS.test(lower)) refuse("is set by the sink itself: take it out", "headers", name);
    else if (lower === "authorization" && (user ?? token) !== undefined) {
      refuse("give either this header, or user and password, or token", "headers", name);
    }
    if (/[^\P{Cc}\t]/u.test(value)) refuse("holds a line end or another control character", "headers", name);
  }
  if (fingerprint !== undefined && ca !== undefined) {
    refuse("give either ca or fingerprint, not both", "fingerprint");
  }
}

/**
 * The connection to the server that the options name, with what signs in there.
 * @throws UserError when the certificates can't be read
 */
export async function openHttp(name: string, options: HttpSinkOptions, baseDir: string): Promise<Http> {
  const { timeout, gzip, ca, fingerprint, verify } = options;
  return createHttp({
    name,
    setting: "url",
    timeout,
    gzip,
    fingerprint,
    verify,
    ca: await certificates(ca, baseDir),
    headers: headersOf(options),
  });
}

/** Names in lower case. Node writes a character of a header as one byte: UTF-8 takes this way round. */
export function headersOf({ headers, user, password = "", token }: HttpSinkOptions): Record<string, string> {
  const all = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  const authorization = user !== undefined ? `Basic ${basic}` : token && `Bearer ${token}`;
  if (authorization !== undefined) all.push(["authorization", authorization]);
  return Object.fromEntries(all.map(([name, value]) => [name, Buffer.from(value).toString("latin1")]));
}

/** What must never be shown, also when a server repeats it: passwords, tokens, values of headers. */
export function secretsOf({ user, password, token, headers }: Partial<HttpSinkOptions>): string[] {
  const basic = password === undefined ? undefined : Buffer.from(`${user}:${password}`).toString("base64");
  const values = Object.values(headers ?? {});
  const texts = [basic, password, token, ...values, ...values.map((value) => value.replace(/^\S+\s+/, ""))];
  return texts.flatMap((text) => (text === undefined ? [] : [text, encodeURIComponent(text)]));
}

/** @throws UserError when they can't be read */
export async function certificates(ca: string | undefined, baseDir: string): Promise<string | undefined> {
  if (ca === undefined || ca.includes("-----BEGIN CERTIFICATE-----")) return ca;
  const file = resolve(baseDir, ca);
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`the certificates in ca can't be read: ${file}`, { cause: error });
  }
}
