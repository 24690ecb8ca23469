/** Lines that the product which serves `/monitor` on this port has handled. @throws while it does not answer. */
export async function linesHandled(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/monitor`);
  return ((await answer.json()) as { HandleLine: number }).HandleLine;
}
