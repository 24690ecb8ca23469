import { ByteWriter, type Piece, pieceOf } from "../lib/byte-writer.ts";
import { createFieldsWriter, writeJsonText } from "../lib/json.ts";
import { isoTime } from "../lib/time.ts";
import { LEVELS, type LogRecord, type Origin } from "../model.ts";

const MESSAGE = pieceOf(',"message":');
const FIELDS = pieceOf(',"fields":');
const RAW = pieceOf(',"raw":');
const ERROR = pieceOf(',"error":');
const END = pieceOf("}\n");
const LEVEL = new Map<string, Piece>(LEVELS.map((level) => [level, pieceOf(`,"level":"${level}"`)]));

/**
 * Makes newline-delimited JSON of records, one object a line, in UTF-8: id, time (ISO 8601, UTC), source, file,
 * offset, level, message, fields, raw, and error for lines that did not parse. What it returns is good until
 * the next call: all are written into the same memory.
 */
export function createRecordFormatter(): (records: readonly LogRecord[]) => Buffer {
  const writeFields = createFieldsWriter();
  const out = new ByteWriter();
  let lastOrigin: Origin | undefined;
  let place = pieceOf("");
  let idHead = pieceOf("");
  let quotes = false;
  let lastTime = Number.NaN;
  let lastNanos = 0;
  let time = pieceOf("");
  return (records) => {
    out.at = 0;
    for (const { origin, offset, time: ms, nanos, level, message, fields, raw, error } of records) {
      if (origin !== lastOrigin) {
        lastOrigin = origin;
        const { source, file, key } = origin;
        place = pieceOf(`","source":${JSON.stringify(source)},"file":${JSON.stringify(file)},"offset":`);
        idHead = pieceOf(`{"id":"${key}-`);
      }
      if (ms !== lastTime || nanos !== lastNanos) {
        lastTime = ms;
        lastNanos = nanos;
        time = pieceOf(`","time":"${isoTime(ms, nanos)}`);
      }
      out.piece(idHead);
      out.text(offset.toString(36));
      out.piece(time);
      out.piece(place);
      out.whole(offset);
      const levelPiece = level === undefined ? undefined : LEVEL.get(level);
      if (levelPiece) out.piece(levelPiece);
      out.piece(MESSAGE);
      writeJsonText(message, out);
      out.piece(FIELDS);
      writeFields(fields, out);
      out.piece(RAW);
      // Formats with quotes have them in every line: no need to try.
      if (quotes) out.text(JSON.stringify(raw));
      else quotes = !writeJsonText(raw, out);
      if (error !== undefined) {
        out.piece(ERROR);
        writeJsonText(error, out);
      }
      out.piece(END);
    }
    return out.bytes.subarray(0, out.at);
  };
}
