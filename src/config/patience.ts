import type { SecretSource } from "./secrets.ts";

/** An answer is waited for so long (ms): a key ring may wait for its user to unlock it, or for ever. */
const PATIENCE = 10_000;

/**
 * Asks a storage that may not answer: what it does not say in time is an error, so that all that needs none of it
 * runs.
 * @param late called when it answers after all; who asks again gets that answer
 * @param stop ends all waits
 */
export function patientSecrets(source: SecretSource, late: () => void, stop: AbortSignal): SecretSource {
  const { patience = PATIENCE } = source;
  /** The last question after each name: what an older one is answered may be out of date. */
  const asked = new Map<string, symbol>();
  const answers = new Map<string, string | undefined>();

  const ask = (name: string): Promise<string | undefined> => {
    const question = Symbol(name);
    asked.set(name, question);
    const result = Promise.withResolvers<string | undefined>();
    let waiting = true;
    const giveUp = (): void => {
      waiting = false;
      clearTimeout(timer);
      result.reject(
        new Error(
          `the secret storage has not answered for ${patience / 1_000} s; what needs it begins when it does, or when the command "Log Monitor: Set Secret…" has set it anew`,
        ),
      );
    };
    const timer = setTimeout(giveUp, patience);
    stop.addEventListener("abort", giveUp, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      stop.removeEventListener("abort", giveUp);
    };
    (async () => source.get(name))().then(
      (value) => {
        settle();
        result.resolve(value);
        if (waiting || stop.aborted || asked.get(name) !== question) return;
        answers.set(name, value);
        late();
      },
      (error) => {
        settle();
        result.reject(error);
      },
    );
    if (stop.aborted) giveUp();
    return result.promise;
  };

  return {
    missing: source.missing,
    get(name) {
      if (!answers.has(name)) return ask(name);
      const answer = answers.get(name);
      answers.delete(name);
      return answer;
    },
  };
}
