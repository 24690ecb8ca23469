import type { Mapping } from "./mapping.ts";

type Sort = readonly (object | string)[];

/** The order of documents: by time, then by where their lines stand, or by the id that they hold. */
export interface Order {
  /** What tells documents of one moment apart, as paths. */
  readonly paths: readonly string[];
  /** Whether two documents are never at one place. */
  readonly told: boolean;
  sort(order: "asc" | "desc"): Sort;
}

export function orderOf(mapping: Mapping): Order {
  const { time, file, offset, id } = mapping.layout;
  const paths = [file, offset, id].flatMap((path) => mapping.at(path)?.counted ?? []);
  return {
    paths,
    told: id === undefined ? paths.length === 2 : paths.length === 1,
    sort: (order) => [
      ...(time === undefined ? [] : [{ [time]: { order, numeric_type: "date", unmapped_type: "date" } }]),
      ...paths.map((path) => {
        const missing = order === "asc" ? "_last" : "_first";
        // A server's own number for "last" is none that JSON can bring back to it.
        return path === offset
          ? { [path]: { order, missing: Number.MAX_SAFE_INTEGER, unmapped_type: "long" } }
          : { [path]: { order, missing, unmapped_type: "keyword" } };
      }),
      ...(paths.length === 0 && time === undefined ? ["_doc"] : []),
    ],
  };
}
