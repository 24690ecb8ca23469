/** Lines that the product which serves `/monitor` on this port has handled. @throws while it does not answer. */
export async function linesHandled(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/monitor`);
  return ((await answer.json()) as { HandleLine: number }).HandleLine;
}

/** The samples of a metric, by the value of its first label; one without labels has the name "". */
export async function metricsOf(port: number): Promise<(name: string) => Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  return (name) => {
    const found = new Map<string, number>();
    for (const [, labels = "", value] of text.matchAll(
      new RegExp(`^log_monitor_${name}(\\{.*?\\})? (\\S+)$`, "gm"),
    ))
      found.set(/"(.*?)"/.exec(labels)?.[1] ?? "", Number(value));
    return found;
  };
}
