import { z } from "zod";
import { levelInText } from "./level.ts";
import type { ParserDefinition } from "./parser.ts";
import { createTimeReader } from "./timestamp.ts";

const options = z.strictObject({});

/** Any text: the whole line is the message; a time it begins with and a level near its start are understood. */
export const plain: ParserDefinition<typeof options> = {
  name: "plain",
  options,
  create(_, context) {
    const times = createTimeReader(context);
    return {
      name: "plain",
      parse(raw, origin, offset, observed) {
        let start = 0;
        while (raw.charCodeAt(start) === 32 || raw.charCodeAt(start) === 9) start++;
        if (raw.charCodeAt(start) === 91) start++;
        const time = times.at(raw, start, observed);
        return {
          origin,
          offset,
          time: time?.ms ?? observed,
          nanos: time?.nanos ?? 0,
          precision: time?.precision ?? "ms",
          level: levelInText(raw, time?.end ?? 0),
          message: raw,
          fields: {},
          raw,
          error: undefined,
        };
      },
    };
  },
  samples: [
    { line: "2026-11-21 10:00:00 ERROR cannot open the door" },
    { line: "Hello current time is 2006-01-02 15:04:05" },
    { line: "[2018-03-04T13:49:52.123Z] [warn] low on disk" },
    { line: "Mar  4 13:49:52 ERROR main: not started" },
    { line: "" },
  ],
};
