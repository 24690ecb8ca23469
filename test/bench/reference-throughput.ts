// The obvious Node program, as a measure of the machine: readline, the 13-group expression, Point, no sink.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Point } from "@influxdata/influxdb-client";

const LINE =
  /^([\d.]+)\s+([^ []+)\s+([^ []+)\s+\[([^\]]+)\]\s+([a-z]+)\s+"([^"]+)"\s+(\d{3})\s+(\d+)\s+"([^"]+)"\s+"(.*?)"\s+"([\d.-]+)"\s+([\d.-]+)\s+([\d.-]+)/;
const MONTHS: Record<string, string> = {
  Jan: "01",
  Feb: "02",
  Mar: "03",
  Apr: "04",
  May: "05",
  Jun: "06",
  Jul: "07",
  Aug: "08",
  Sep: "09",
  Oct: "10",
  Nov: "11",
  Dec: "12",
};

const lines = createInterface({
  input: createReadStream(process.argv[2] ?? ""),
  crlfDelay: Number.POSITIVE_INFINITY,
});
let count = 0;
for await (const line of lines) {
  const match = LINE.exec(line);
  if (!match) continue;
  const [
    ,
    ,
    ,
    ,
    local = "",
    scheme = "",
    request = "",
    status = "",
    bytes = "",
    ,
    ,
    ,
    upstream = "",
    took = "",
  ] = match;
  const [method = "", target = ""] = request.split(" ");
  const [, day, month = "", year, clock, zone = ""] =
    /^(\d\d)\/(\w{3})\/(\d{4}):([\d:]{8}) ([+-]\d{4})$/.exec(local) ?? [];
  const time = new Date(`${year}-${MONTHS[month]}-${day}T${clock}${zone.slice(0, 3)}:${zone.slice(3)}`);
  const point = new Point("nginx_log")
    .tag("Path", new URL(target, "http://localhost").pathname)
    .tag("Method", method)
    .tag("Scheme", scheme)
    .tag("Status", status)
    .intField("BytesSent", bytes)
    .timestamp(time);
  if (upstream !== "-") point.floatField("UpstreamTime", upstream);
  if (took !== "-") point.floatField("RequestTime", took);
  if (point.toLineProtocol() !== undefined) count++;
}
console.log(JSON.stringify({ count }));
