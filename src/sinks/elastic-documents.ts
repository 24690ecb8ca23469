import { ByteWriter, type Piece, pieceOf } from "../lib/byte-writer.ts";
import { createFieldsWriter, writeJsonText } from "../lib/json.ts";
import { topicOf } from "../lib/messages.ts";
import { isoTime } from "../lib/time.ts";
import { type Fields, type FieldValue, type LogRecord, recordId } from "../model.ts";
import { CUT } from "../store/own-id.ts";
import type { ElasticOptions } from "./elastic-options.ts";

const LINE_END = pieceOf("\n");
const COMMA = 44;
const OBJECT_END = 125;

/** The fields of access logs as the Elastic Common Schema names them (ECS 8: http, url, user_agent, client). */
export const ECS_FIELDS: Readonly<Record<string, string>> = {
  method: "http.request.method",
  referer: "http.request.referrer",
  status: "http.response.status_code",
  bytes_sent: "http.response.body.bytes",
  protocol: "http.version",
  path: "url.path",
  query: "url.query",
  scheme: "url.scheme",
  user_agent: "user_agent.original",
  remote_addr: "client.address",
  user: "user.name",
};

/** Writes one document, without a line end. */
type Document = (record: LogRecord, to: ByteWriter) => void;

/**
 * Makes the body of a bulk request: for each record the action `create` with the record's id, and the document.
 * What it returns is good until the next call: all are written into the same memory.
 * @param only which of the records to send, by their place; all when left out
 */
export function createBulkFormatter(
  { documents }: Pick<ElasticOptions, "documents">,
  indexOf: (record: LogRecord) => string,
): (records: readonly LogRecord[]) => Buffer {
  const write = LAYOUTS[documents]();
  const out = new ByteWriter();
  let lastIndex: string | undefined;
  let lastKey = "";
  let head: Piece = pieceOf("");
  const close = pieceOf('"}}\n');
  return (records) => {
    out.at = 0;
    for (const record of records) {
      const index = indexOf(record);
      if (record.id !== undefined) {
        out.text(`{"create":{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(record.id)}}}\n`);
        write(record, out);
        out.piece(LINE_END);
        continue;
      }
      const { key } = record.origin;
      if (index !== lastIndex || key !== lastKey) {
        lastIndex = index;
        lastKey = key;
        head = pieceOf(`{"create":{"_index":${JSON.stringify(index)},"_id":"${key}-`);
      }
      out.piece(head);
      out.text(record.offset.toString(36));
      out.piece(close);
      write(record, out);
      out.piece(LINE_END);
    }
    return out.bytes.subarray(0, out.at);
  };
}

const LAYOUTS: Readonly<Record<ElasticOptions["documents"], () => Document>> = {
  plain: plainDocument,
  ecs: ecsDocument,
  topic: topicDocument,
};

/** Writes `"name":"text"` pairs after the first one. */
function createMember(name: string): (value: string, to: ByteWriter) => void {
  const head = pieceOf(`,${JSON.stringify(name)}:`);
  return (value, to) => {
    to.piece(head);
    writeJsonText(value, to);
  };
}

const TIME = pieceOf('{"@timestamp":"');
const QUOTE = pieceOf('"');

function writeTime({ time, nanos }: LogRecord, to: ByteWriter): void {
  to.piece(TIME);
  to.text(isoTime(time, nanos));
  to.piece(QUOTE);
}

function plainDocument(): Document {
  const message = createMember("message");
  const level = createMember("level");
  const source = createMember("source");
  const file = createMember("file");
  const raw = createMember("raw");
  const error = createMember("error");
  const offset = pieceOf(',"offset":');
  const fields = pieceOf(',"fields":');
  const writeFields = createFieldsWriter();
  return (record, to) => {
    writeTime(record, to);
    message(record.message, to);
    if (record.level !== undefined) level(record.level, to);
    source(record.origin.source, to);
    file(record.origin.file, to);
    to.piece(offset);
    to.whole(record.offset);
    raw(record.raw, to);
    if (record.error !== undefined) error(record.error, to);
    if (record.error === undefined || record.cut) {
      to.piece(fields);
      writeFields(marked(record), to);
    }
    to.byte(OBJECT_END);
  };
}

/** The names that ECS has; all other fields under `log_monitor`, a name of our own as ECS asks for. */
function ecsDocument(): Document {
  const message = createMember("message");
  const level = createMember("log.level");
  const dataset = createMember("event.dataset");
  const file = createMember("log.file.path");
  const original = createMember("event.original");
  const error = createMember("error.message");
  const version = pieceOf(',"ecs.version":"8.11.0"');
  const offset = pieceOf(',"log.offset":');
  const own = pieceOf(',"log_monitor":');
  const writeFields = createFieldsWriter();
  return (record, to) => {
    writeTime(record, to);
    to.piece(version);
    message(record.message, to);
    if (record.level !== undefined) level(record.level, to);
    dataset(record.origin.source, to);
    file(record.origin.file, to);
    to.piece(offset);
    to.whole(record.offset);
    original(record.raw, to);
    if (record.error !== undefined) error(record.error, to);
    const { named, others } = sorted(marked(record));
    if (named) {
      const at = to.at;
      writeFields(named, to);
      // The object's own braces go: its members are members of the document.
      to.bytes[at] = COMMA;
      to.at--;
    }
    if (others) {
      to.piece(own);
      writeFields(others, to);
    }
    to.byte(OBJECT_END);
  };
}

/** Fields with a mark of what was cut: `truncated` is also what logs call their own. */
const marked = ({ fields, cut }: LogRecord): Fields => (cut ? { ...fields, [CUT]: true } : fields);

function sorted(fields: Fields): { named: Fields | undefined; others: Fields | undefined } {
  let named: Record<string, FieldValue> | undefined;
  let others: Record<string, FieldValue> | undefined;
  for (const [name, value] of Object.entries(fields)) {
    const ecs = Object.hasOwn(ECS_FIELDS, name) ? ECS_FIELDS[name] : undefined;
    if (ecs !== undefined && (typeof value === "string" || typeof value === "number")) {
      named ??= {};
      named[ecs] = value;
    } else {
      others ??= {};
      others[name] = value;
    }
  }
  return { named, others };
}

/** `{topic, log, id}`, with ids that can't collide. */
function topicDocument(): Document {
  const log = createMember("log");
  const id = createMember("id");
  const topic = pieceOf('{"topic":');
  return (record, to) => {
    to.piece(topic);
    writeJsonText(topicOf(record.origin.file) ?? record.origin.source, to);
    log(record.raw, to);
    id(recordId(record), to);
    to.byte(OBJECT_END);
  };
}
