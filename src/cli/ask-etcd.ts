import { readEtcd } from "../config/etcd.ts";
import type { ReadEtcd } from "../config/etcd-layer.ts";
import { reasonOf } from "../errors.ts";

/** Asks etcd once, for commands that end: what was last good has to do where it can't be reached. */
export interface AskedEtcd {
  readonly read: ReadEtcd;
  /** Why it could not be asked. */
  readonly error: string | undefined;
}

export function askEtcd(): AskedEtcd {
  let error: string | undefined;
  return {
    async read(options, baseDir) {
      try {
        return await readEtcd(options, baseDir);
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
