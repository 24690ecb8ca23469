import { until } from "./until.ts";

/** Node's inspector of a process that listens on a port of this machine. */
export interface Inspector {
  /** A call of the protocol, with its result. https://chromedevtools.github.io/devtools-protocol/v8/ */
  send(method: string, params?: object): Promise<unknown>;
  /** The value of an expression there, once it has one. @throws what it throws */
  evaluate(expression: string): Promise<unknown>;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export async function inspect(port: number): Promise<Inspector> {
  const targets = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
    return (await answer.json()) as { readonly webSocketDebuggerUrl: string }[];
  };
  const [target] = await until(targets, { what: `an inspector on port ${port}` });
  if (!target) throw new Error(`nothing can be inspected on port ${port}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error(`no connection with the inspector on ${port}`)));
  });
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as Answer;
    if (id === undefined) return;
    if (error) asked.get(id)?.reject(new Error(error.message));
    else asked.get(id)?.resolve(result);
    asked.delete(id);
  });
  socket.addEventListener("close", () => {
    for (const { reject } of asked.values()) reject(new Error("the inspected process has ended"));
    asked.clear();
  });
  let last = 0;
  const send = (method: string, params: object = {}): Promise<unknown> => {
    const answer = Promise.withResolvers<unknown>();
    asked.set(++last, answer);
    socket.send(JSON.stringify({ id: last, method, params }));
    return answer.promise;
  };
  return {
    send,
    async evaluate(expression) {
      const params = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = (await send("Runtime.evaluate", params)) as {
        readonly result: { readonly value?: unknown };
        readonly exceptionDetails?: { readonly text: string; readonly exception?: { description?: string } };
      };
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    close: () => socket.close(),
  };
}
