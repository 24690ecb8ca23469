import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { type ConnectionOptions, connect } from "node:tls";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { RetryLater, reasonOf } from "../errors.ts";
import { mismatchOf, remedyFor, tlsWanted, wantsTls } from "./remedies.ts";

const pack = promisify(gzip);
/** Bodies below so many bytes are not worth packing. */
const WORTH = 1_000;
/** An answer that is longer (bytes) is not read on: no server that is meant gives one. */
const LONGEST = 64 * 2 ** 20;
/** Stands in what is said of it. */
export const ENDLESS = "it answers without end";
/** Silence (ms) after which the system asks whether the other end of a stream is still there. */
const KEEP_ALIVE = 15_000;

/** Whom an https server must prove to be. */
export interface Trust {
  /** Certificates (PEM) that sign the server's, in place of the well-known ones. */
  readonly ca?: string | undefined;
  /** SHA-256 of the server's own certificate, in hex, with or without colons: it alone is trusted then. */
  readonly fingerprint?: string | undefined;
  /** False takes any certificate. */
  readonly verify?: boolean | undefined;
  /** The client's own certificate and its key (PEM), for servers that ask for them. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface HttpOptions extends Trust {
  /** What the server is called in messages. */
  readonly name: string;
  /** How long a request may take, in ms, its answer included. */
  readonly timeout: number;
  /** The option that holds its address, for messages. */
  readonly setting?: string;
  /** The options that hold the certificates, for messages: `ca`, and none for the client's own. */
  readonly trustSettings?: { readonly ca?: string; readonly cert?: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly gzip?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** HTTP over connections that are kept. */
export interface Http {
  /**
   * @param given ends it before there is an answer
   * @throws RetryLater when the server can't be reached or gives no whole answer in time
   */
  send(
    method: string,
    url: URL,
    body?: Buffer,
    headers?: Readonly<Record<string, string>>,
    given?: AbortSignal,
  ): Promise<Answer>;
  /**
   * Posts, and hands on the answer as it comes in, for as long as it takes; only its beginning has to come in time.
   * @param signal ends it, with an error in the stream
   * @throws RetryLater when the server can't be reached
   */
  stream(
    url: URL,
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage>;
  close(): void;
}

export function createHttp(options: HttpOptions): Http {
  const { name, timeout } = options;
  const plain = new Agent({ keepAlive: true });
  const secure = secureAgent(options);

  const exchange = (
    url: URL,
    method: string,
    headers: Record<string, string | number>,
    body: Buffer | undefined,
    given: AbortSignal | undefined,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const secured = url.protocol === "https:";
      const late = AbortSignal.timeout(timeout);
      const signal = given ? AbortSignal.any([late, given]) : late;
      const request = (secured ? tlsRequest : plainRequest)(
        url,
        { method, headers, signal, agent: secured ? secure : plain },
        (response) => {
          const parts: Buffer[] = [];
          let length = 0;
          response.on("data", (part: Buffer) => {
            length += part.length;
            parts.push(part);
            if (length > LONGEST) response.destroy(new Error(`${ENDLESS} (${LONGEST} bytes)`));
          });
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(parts).toString(),
            }),
          );
        },
      );
      request.on("error", (error) => reject(signal.aborted ? signal.reason : error));
      request.end(body);
    });

  const address = options.setting ?? "the address";
  const settings = { address, ca: "ca", ...options.trustSettings };
  const unreached = (url: URL, why: string): RetryLater =>
    new RetryLater(`${name} at ${url.origin} can't be reached: ${why}`);
  const failure = (url: URL, error: unknown): RetryLater => {
    if (error instanceof Error && error.name === "TimeoutError")
      return new RetryLater(`${name} at ${url.origin} did not answer within ${timeout} ms`);
    // A name with several addresses fails with an error for each, and no words of its own.
    const cause = error instanceof AggregateError ? error.errors[0] : error;
    const mismatch = mismatchOf(url, cause, address);
    if (mismatch !== undefined) return unreached(url, mismatch);
    const remedy = remedyFor(cause, settings);
    return new RetryLater(`${name} at ${url.origin} can't be reached`, {
      cause: remedy ? new Error(`${reasonOf(cause)}: ${remedy.text}`) : cause,
    });
  };

  return {
    stream(url, body, headers, signal) {
      return new Promise((resolve, reject) => {
        const secured = url.protocol === "https:";
        const request = (secured ? tlsRequest : plainRequest)(
          url,
          {
            method: "POST",
            headers: { ...options.headers, ...headers, "content-length": body.length },
            signal,
            agent: secured ? secure : plain,
          },
          (response) => {
            clearTimeout(late);
            resolve(response);
          },
        );
        const late = setTimeout(() => request.destroy(new DOMException("late", "TimeoutError")), timeout);
        request.on("socket", (socket) => socket.setKeepAlive(true, KEEP_ALIVE));
        request.on("error", (error) => {
          clearTimeout(late);
          reject(failure(url, error));
        });
        request.end(body);
      });
    },
    async send(method, url, body, headers, given) {
      const packed = body && options.gzip && body.length >= WORTH ? await pack(body) : body;
      let answer: Answer;
      try {
        answer = await exchange(
          url,
          method,
          {
            ...options.headers,
            ...headers,
            ...(packed && { "content-length": packed.length }),
            ...(packed !== body && { "content-encoding": "gzip" }),
          },
          packed,
          given,
        );
      } catch (error) {
        throw failure(url, error);
      }
      // As an answer to the records it would mean that they are refused for good.
      if (wantsTls(url, answer)) throw unreached(url, tlsWanted(address));
      return answer;
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** Nothing is sent before the server has proved who it is. */
export function secureAgent({ ca, cert, key, fingerprint, verify = true }: Trust): TlsAgent {
  const agent = new TlsAgent({
    keepAlive: true,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    rejectUnauthorized: verify && fingerprint === undefined,
  });
  if (fingerprint === undefined || !verify) return agent;
  const wanted = hexOf(fingerprint);
  agent.createConnection = (given, settled) => {
    const socket = connect(given as ConnectionOptions);
    socket.once("error", (error) => settled?.(error, socket));
    socket.once("secureConnect", () => {
      const shown = hexOf(socket.getPeerCertificate().fingerprint256 ?? "");
      if (shown === wanted) return settled?.(null, socket);
      socket.destroy(
        new Error(`the server shows a certificate with another fingerprint: ${shown}: correct fingerprint`),
      );
    });
    return undefined;
  };
  return agent;
}

function hexOf(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}
