import type { Config, SourceConfig } from "../config/config.ts";
import type { LogRecord, Precision } from "../model.ts";
import type { Parser } from "../parsers/parser.ts";
import { CUT, OWN_ID } from "../store/own-id.ts";
import type { StoredRecord } from "../store/reader.ts";
import { parserConfigOf, parserFor } from "./decode.ts";
import { precisionOf } from "./letter.ts";

/** Makes records of what the embedded store holds, as sinks get them. */
export function fromStore(config: Pick<Config, "sources">): (stored: StoredRecord) => LogRecord {
  const told = precisions(config);
  return (stored) => recordOf(stored, told(stored));
}

function recordOf(stored: StoredRecord, precision: Precision): LogRecord {
  const { id, source, file, offset, time, nanos, level, message, raw, error } = stored;
  const key = id.slice(0, id.lastIndexOf("-"));
  const origin = { source, file, key };
  const { [OWN_ID]: own, [CUT]: cut, ...rest } = stored.fields;
  const fields = typeof own === "string" || cut === true ? rest : stored.fields;
  return {
    ...{ origin, offset, time, nanos, precision, level, message, fields, raw, error },
    // Where sinks know it by the id that it brought, another one would make two of it.
    ...(typeof own === "string" && { id: own }),
    ...(cut === true && { cut }),
  };
}

/** The store keeps no precision of times: the source's parser tells it of the line, as it did when it was read. */
function precisions({ sources }: Pick<Config, "sources">): (stored: StoredRecord) => Precision {
  const parsers = new Map<string, Parser | undefined>();
  const parserOf = (source: SourceConfig | undefined): Parser | undefined =>
    source && parserFor(parserConfigOf(source));
  return (stored) => {
    const { source, file, offset, raw, time, nanos, error } = stored;
    // Its time is when it was read; and its expression may have been stopped at it.
    if (error !== undefined) return "ms";
    if (!parsers.has(source)) parsers.set(source, parserOf(sources.get(source)));
    const read = parsers.get(source)?.parse(raw, { source, file, key: "" }, offset, time);
    return read?.time === time && read.nanos === nanos ? read.precision : precisionOf(time, nanos);
  };
}
