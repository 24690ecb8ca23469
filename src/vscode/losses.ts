import type { Disposable } from "../lib/disposables.ts";
import type { Loss } from "../protocol/log-view.ts";
import type { EngineHost } from "./engine-host.ts";

/** What of each source was lost before it could be read, as far as anyone tells: datagrams, messages of a topic. */
export function lossesOf({ snapshot }: Pick<EngineHost, "snapshot">): Loss[] {
  return (snapshot?.sources ?? []).flatMap(({ id, files }) => {
    const messages = files.reduce((sum, { dropped = 0 }) => sum + dropped, 0);
    return messages > 0 ? [{ source: id, messages }] : [];
  });
}

/** Tells when it is more, or there is another source. */
export function onLosses(
  engine: Pick<EngineHost, "snapshot" | "onSnapshot">,
  changed: (losses: Loss[]) => void,
): Disposable {
  let before = JSON.stringify(lossesOf(engine));
  return engine.onSnapshot(() => {
    const losses = lossesOf(engine);
    const now = JSON.stringify(losses);
    if (now !== before) changed(losses);
    before = now;
  });
}
