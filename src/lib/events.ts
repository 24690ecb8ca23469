import type { Disposable } from "./disposables.ts";

/** Tells any number of listeners, in the order they came. */
export interface Emitter<T> extends Disposable {
  readonly listen: (listener: (value: T) => void) => Disposable;
  /** A listener that throws does not keep the others from hearing; the first error is thrown at the end. */
  fire(value: T): void;
}

export function createEmitter<T>(): Emitter<T> {
  // Each registration is its own object: the same function may listen twice and leave once.
  const registrations = new Set<{ readonly hear: (value: T) => void }>();
  return {
    listen(hear) {
      const registration = { hear };
      registrations.add(registration);
      return { dispose: () => void registrations.delete(registration) };
    },
    fire(value) {
      const errors: unknown[] = [];
      for (const registration of [...registrations]) {
        try {
          registration.hear(value);
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
    dispose() {
      registrations.clear();
    },
  };
}
