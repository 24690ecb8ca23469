import { type Preset, STAMPED } from "./preset.ts";

const HEAD = /^(?:Unhandled [Ee]xception[.:] )?(?:[A-Za-z_]\w*\.)+\w*(?:Exception|Error)\b/;

/** .NET: exceptions as ToString gives them, below the line of a logger or alone. */
export const dotnet: Preset = {
  name: "dotnet",
  about: "Exceptions with inner ones and with what SQL clients add; the indented messages of ASP.NET Core",
  rules: [
    { from: ["text"], line: HEAD, to: "head" },
    { from: ["text", "head", "trace"], line: /^\s+at \S/, to: "trace" },
    {
      from: ["text", "head", "trace"],
      line: /^\s*(?:--- End of |---> |<---)/,
      to: "trace",
    },
    {
      from: ["trace"],
      line: /^(?:ClientConnectionId|Error Number|Routing Destination|Inner [Ee]xception)\b/,
      to: "trace",
    },
    // A message of several lines, which ends at the first frame.
    { from: ["head"], line: /\S/, unless: STAMPED, to: "head" },
  ],
  samples: [
    [
      `info: Microsoft.Hosting.Lifetime[14]
      Now listening on: http://localhost:5000`,
      `fail: Microsoft.AspNetCore.Server.Kestrel[13]
      Connection id "0HN8", Request id "0HN8:00000001": An unhandled exception was thrown by the application.
      System.InvalidOperationException: no price
         at Shop.Prices.Load(String item) in /app/Prices.cs:line 12
         at Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpProtocol.ProcessRequests[TContext](IHttpApplication\`1 application)`,
      "info: Shop[0]",
    ],
    [
      `2026-11-21 10:15:33.412 +00:00 [ERR] request failed
System.AggregateException: One or more errors occurred. (no price)
 ---> System.InvalidOperationException: no price
   at Shop.Prices.Load(String item) in /app/Prices.cs:line 12
--- End of stack trace from previous location ---
   at Shop.Server.Handle() in /app/Server.cs:line 33
   --- End of inner exception stack trace ---
   at Shop.Server.Run()
---> (Inner Exception #0) System.InvalidOperationException: no price
   at Shop.Prices.Load(String item) in /app/Prices.cs:line 12<---
`,
      "2026-11-21 10:15:33.500 +00:00 [INF] going on",
    ],
    [
      `Unhandled exception. System.ArgumentException: Value does not fall within the expected range. (Parameter 'item')
Actual value was lamp.
   at Program.Main(String[] args) in /app/Program.cs:line 3`,
      `Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'shop'.
   at Microsoft.Data.SqlClient.SqlConnection.Open()
ClientConnectionId:6a1f0d0e-3c55-4d63-9d43-111111111111
Error Number:18456,State:1,Class:14`,
    ],
  ],
};
