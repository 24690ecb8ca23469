/** Fields that people look at first, in this order; the words before a dot are those of loggers and of schemas. */
const MAIN = [
  /^(?:(?:req|request|url|http(?:\.request)?)\.)?(?:path|url|uri|route|endpoint|request)$/i,
  /^(?:(?:res|response|http(?:\.response)?)\.)?status(?:_?code)?$/i,
  /^(?:remote|host|client|ip|user|service|logger|component)(?:\.(?:name|ip|id|address|hostname))?$/i,
  /^(?:(?:req|request|http(?:\.request)?)\.)?(?:method|op|operation)$|^(?:event\.)?action$/i,
  /^level$/,
  /^source$/,
];

/** How early the values of a field are shown, from 0; undefined: it is none of those that everybody looks at. */
export function mainPlace(field: string): number | undefined {
  const at = MAIN.findIndex((pattern) => pattern.test(field));
  return at < 0 ? undefined : at;
}
