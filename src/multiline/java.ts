import { type Preset, STAMPED } from "./preset.ts";

/** `java.lang.IllegalStateException: message`; names without a package must say what they are. */
const HEAD =
  /^(?:Exception in thread ".*" )?(?:(?:[a-z_$][\w$]*\.)+[A-Z][\w$]*|[A-Z][\w$]*(?:Exception|Error|Throwable))(?::|$)/;
const FRAME = /^\s*at [\w$.<>/@-]+\(|^\s*\.\.\. \d+ (?:more|common frames omitted)/;
const CAUSE = /^\s*(?:Caused by|Suppressed|Wrapped by): /;
const ALL = ["text", "head", "trace"];

/** Java, Kotlin and Scala: what Throwable.printStackTrace writes, below the line of a logger or alone. */
export const java: Preset = {
  name: "java",
  about: "Exceptions of Java, Kotlin and Scala with their causes; the two-line head of java.util.logging",
  rules: [
    { from: ["start"], line: /^[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M /, to: "logging" },
    { from: ["logging"], line: /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /, to: "text" },
    { from: ["start", "text"], line: HEAD, to: "head" },
    { from: ALL, line: FRAME, to: "trace" },
    { from: ALL, line: CAUSE, to: "head" },
    // A message of several lines, which ends at the first frame.
    { from: ["head"], line: /\S/, unless: STAMPED, to: "head" },
  ],
  samples: [
    [
      "2026-11-21 10:15:32.104  INFO 7 --- [main] c.e.shop.Application : Started in 2.1 seconds",
      `2026-11-21 10:15:33.412 ERROR 7 --- [nio-8080-exec-1] o.a.c.c.C.[.[.[/].[dispatcherServlet] : Servlet.service() threw exception

java.lang.IllegalStateException: order 17 has no customer
	at com.example.shop.OrderService.load(OrderService.java:42) ~[classes/:na]
	at com.example.shop.OrderService$$SpringCGLIB$$0.load(<generated>) ~[classes/:na]
	at java.base/java.lang.Thread.run(Thread.java:1583) ~[na:na]
Caused by: org.postgresql.util.PSQLException: ERROR: relation "customer" does not exist
  Position: 15
	at org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2725) ~[postgresql-42.7.3.jar:42.7.3]
	... 42 common frames omitted
	Suppressed: java.io.IOException: Stream closed
		at java.base/java.io.BufferedReader.ensureOpen(BufferedReader.java:123)
		... 12 more`,
      "2026-11-21 10:15:34.001  WARN 7 --- [main] c.e.shop.Application : going on",
    ],
    [
      `Exception in thread "main" java.lang.RuntimeException: first line
second line of the message
	at Main.main(Main.java:5)`,
      `java.lang.NullPointerException: Cannot invoke "String.length()" because "<local1>" is null
	at Main.other(Main.java:9)
	at Main.main(Main.java:5)`,
      "INFO  com.example.Main - done",
    ],
    [
      `Nov 21, 2026 10:15:32 AM com.example.Main run
SEVERE: it broke
com.example.BrokenException
	at com.example.Main.run(Main.java:12)
	at com.example.Main.lambda$main$0(Main.java:7)`,
      `Nov 21, 2026 10:15:33 AM com.example.Main run
INFO: it goes on`,
    ],
  ],
};
