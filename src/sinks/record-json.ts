import { createFieldsJson, jsonText } from "../lib/json.ts";
import { isoTime } from "../lib/time.ts";
import type { LogRecord, Origin } from "../model.ts";

/**
 * Makes newline-delimited JSON of records, one object a line: id, time (ISO 8601, UTC), source, file,
 * offset, level, message, fields, raw, and error for lines that did not parse.
 */
export function createRecordFormatter(): (records: readonly LogRecord[]) => string {
  const fieldsJson = createFieldsJson();
  let lastOrigin: Origin | undefined;
  let place = "";
  let idHead = "";
  let lastTime = Number.NaN;
  let lastNanos = 0;
  let time = "";
  return (records) => {
    let text = "";
    for (const { origin, offset, time: ms, nanos, level, message, fields, raw, error } of records) {
      if (origin !== lastOrigin) {
        lastOrigin = origin;
        place = `","source":${jsonText(origin.source)},"file":${jsonText(origin.file)},"offset":`;
        idHead = `{"id":"${origin.key}-`;
      }
      if (ms !== lastTime || nanos !== lastNanos) {
        lastTime = ms;
        lastNanos = nanos;
        time = `","time":"${isoTime(ms, nanos)}`;
      }
      text += idHead + offset.toString(36) + time + place + offset;
      if (level !== undefined) text += `,"level":"${level}"`;
      text += `,"message":${jsonText(message)},"fields":${fieldsJson(fields)},"raw":${jsonText(raw)}`;
      text += error === undefined ? "}\n" : `,"error":${jsonText(error)}}\n`;
    }
    return text;
  };
}
