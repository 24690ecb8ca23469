import { readEtcd } from "../config/etcd.ts";
import type { ReadEtcd } from "../config/etcd-layer.ts";
import type { Loaded } from "../config/parse.ts";
import { reasonOf } from "../errors.ts";

/** Asks etcd once, for commands that end: what was last good has to do where it can't be reached. */
export interface AskedEtcd {
  readonly read: ReadEtcd;
  /** Why it could not be asked. */
  readonly error: string | undefined;
}

/** What is done without an answer. */
export function keptText({ etcd }: Pick<Loaded, "etcd">, done: string): string {
  return etcd?.unknown
    ? `nothing of it was ever kept here, so that nothing of it is ${done}`
    : `what was kept of the last run is ${done}`;
}

export function askEtcd(): AskedEtcd {
  let error: string | undefined;
  return {
    async read(options, baseDir, secrets) {
      try {
        return await readEtcd(options, baseDir, secrets);
      } catch (reason) {
        error = reasonOf(reason);
        return undefined;
      }
    },
    get error() {
      return error;
    },
  };
}
