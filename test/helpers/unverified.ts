import { request } from "node:https";

/**
 * Posts to a server by TLS, whoever it is: one under test is known by its port.
 * @param own certificate and key (PEM), for servers that ask for them
 */
export function postUnverified(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  own: { readonly cert?: Buffer; readonly key?: Buffer } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    // A connection of its own: a server that is told to stop does not wait for one that is kept.
    const connection = { ...own, rejectUnauthorized: false, agent: false, timeout: 60_000 };
    const options = { ...connection, method: "POST", headers };
    const asking = request(url, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asking.on("timeout", () => asking.destroy(new Error(`${url.origin} does not answer`)));
    asking.on("error", reject);
    asking.end(body);
  });
}
