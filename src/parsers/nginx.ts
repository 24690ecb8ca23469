import { z } from "zod";
import { createLogFormat } from "./log-format.ts";
import type { ParserDefinition } from "./parser.ts";
import { share } from "./share.ts";
import { createTimed } from "./timed.ts";

const options = z.strictObject({
  format: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The log_format of nginx.conf: the format string alone, or the whole directive. Default: the format with scheme and two times.",
    ),
});

const LINE =
  '172.0.0.12 - - [04/Mar/2018:13:49:52 +0000] http "GET /foo?query=t HTTP/1.0" 200 2133 "-" "KeepAliveClient" "-" 1.005 1.854';

/** nginx's access log: the format of log_process with scheme and two times, or any `log_format`. */
export const nginx: ParserDefinition<typeof options> = {
  name: "nginx",
  options,
  create: ({ format }, context) =>
    format === undefined ? createTimed(context) : createLogFormat("nginx", format, context),
  samples: [
    { line: LINE },
    { line: LINE.replace("HTTP/1.0", "HTTP:1.0") },
    { line: LINE.replace("1.005 1.854", "- -") },
    { line: LINE.replace("1.005 1.854", "0.1, 0.2 : 0.3 1.854").replace('"-" 1', '"2.31" 1') },
    {
      line: '::1 - bob [04/Mar/2018:13:49:52 +0000] "GET /a?b=c HTTP/1.1" 404 153 "-" "curl/8 \\x22x\\x22"',
      options: {
        format:
          '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
      },
    },
    {
      line: '{"time":"2018-03-04T13:49:52+00:00","request":"GET / HTTP/1.1","status":500,"took":0.004}',
      options: {
        format:
          'log_format main escape=json \'{"time":"$time_iso8601","request":"$request",\'\n \'"status":$status,"took":$request_time}\';',
      },
    },
    { line: "1520171392.123 GET /x?y=1", options: { format: "$msec $request_method $request_uri" } },
  ],
  detect: (lines) => share(lines, createTimed({ timezone: "UTC", ignoreOffset: false })),
};
