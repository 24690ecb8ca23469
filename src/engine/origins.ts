import { type EtcdFollower, followEtcd } from "../config/etcd.ts";
import { writeKept } from "../config/etcd-kept.ts";
import type { ReadEtcd } from "../config/etcd-layer.ts";
import { explain } from "../config/explain.ts";
import { type Loaded, parseConfig } from "../config/parse.ts";
import { patientSecrets } from "../config/patience.ts";
import type { SecretSource } from "../config/secrets.ts";
import { reasonOf } from "../errors.ts";
import type { Log } from "../lib/log.ts";
import type { EtcdFigures } from "../model.ts";
import type { ConfigInput } from "../protocol/engine.ts";
import type { Explanation } from "../protocol/explain.ts";
import { type ConfigWatch, watchFiles } from "./watch.ts";

/** Where the configuration comes from: what hosts give, and files and keys of etcd that change by themselves. */
export interface Origins {
  /** Works out the configuration as it is now, and watches what it was read from. */
  load(input: ConfigInput): Promise<Loaded>;
  /** What came of etcd is in force in this data folder: it is kept there for a start without etcd. */
  keep(dataDir: string): void;
  /** Where each value in force comes from; undefined before the first configuration. */
  explain(): Explanation | undefined;
  /** Undefined where nothing comes from etcd. */
  etcd(): EtcdFigures | undefined;
  close(): Promise<void>;
}

interface Parts {
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: SecretSource | undefined;
  readonly log: Log;
  /** Ends what is waited for. */
  readonly stop: AbortSignal;
  /** Something changed by itself: `load` would give another configuration. */
  changed(): void;
  /** The figures of etcd are others. */
  told(): void;
}

export function createOrigins({ env, secrets: storage, log, stop, changed, told }: Parts): Origins {
  const secrets = storage && patientSecrets(storage, changed, stop);
  let watching: ConfigWatch | undefined;
  let follower: EtcdFollower | undefined;
  let loaded: Loaded | undefined;
  let written: unknown;
  let closed = false;

  const readEtcd: ReadEtcd = async (options, baseDir, secrets) => {
    if (!follower?.follows(options, baseDir)) {
      await follower?.close();
      follower = closed ? undefined : followEtcd({ options, baseDir, secrets, log, changed, told });
    }
    return follower?.values();
  };

  const etcd = (): EtcdFigures | undefined => {
    const figures = follower?.figures();
    const nothing = figures?.kept && loaded?.etcd?.unknown;
    return figures && { ...figures, ...(nothing && { nothing }), refused: loaded?.etcd?.refused ?? [] };
  };

  return {
    etcd,
    explain() {
      const figures = etcd();
      return loaded && { ...explain(loaded), ...(figures && { etcd: figures }) };
    },
    async load(input) {
      const next = await parseConfig(input, env, secrets, readEtcd);
      // Also one that the user does not allow to be asked any more.
      const unasked = next.etcd ? next.etcd.wants.length > 0 : !next.refused.includes("*");
      if (unasked) {
        await follower?.close();
        follower = undefined;
      }
      watching ??= closed ? undefined : watchFiles(changed, log);
      watching?.watch(next.files);
      loaded = next;
      return next;
    },
    keep(dataDir) {
      const { keep } = loaded?.etcd ?? {};
      const text = JSON.stringify([dataDir, keep]);
      if (!keep || text === written) return;
      try {
        writeKept(dataDir, keep);
        written = text;
      } catch (error) {
        log.warn(`what etcd says can't be kept in ${dataDir} for a start without it: ${reasonOf(error)}`);
      }
    },
    async close() {
      closed = true;
      await watching?.close();
      await follower?.close();
    },
  };
}
