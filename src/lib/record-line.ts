/** Whether a line, or its first 100 characters, is one that `sinks/record-json.ts` writes. */
export function isRecordLine(head: string): boolean {
  return /^\{"id":"[0-9a-f]{16}-[0-9a-z]+","time":"[\dT:.+-]+Z","source":"/.test(head);
}
