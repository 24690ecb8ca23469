import { z } from "zod";

/** The setting `etcd`: where a part of the configuration is kept for many machines. */
export const etcdSchema = z
  .strictObject({
    endpoints: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .transform((given) => (typeof given === "string" ? given.split(/\s*,\s*/) : given))
      .describe("Addresses of one member or several: 127.0.0.1:2379, or https://etcd.example:2379."),
    key: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Key of a document (YAML or JSON) with sources and sinks, or of the old list of logtopic and logpath.",
      ),
    prefix: z
      .string()
      .min(1)
      .optional()
      .describe("In place of key: below it, each key holds one source, and the rest of its name is the id."),
    user: z.string().min(1).optional().describe("User, where authentication is on."),
    password: z.string().optional().describe("Password; take it from the environment: ${env:ETCD_PASSWORD}."),
    tls: z
      .strictObject({
        ca: z
          .string()
          .optional()
          .describe(
            "File with the certificates (PEM) that sign the servers', or the certificates themselves.",
          ),
        cert: z.string().optional().describe("File with the client's certificate (PEM)."),
        key: z.string().optional().describe("File with the key (PEM) of the client's certificate."),
        verify: z
          .boolean()
          .default(true)
          .describe("False takes any certificate: whoever is on the way can read and change what is sent."),
      })
      .optional()
      .describe("How to speak TLS; {} does with the well-known authorities."),
    timeout: z
      .int()
      .min(100)
      .default(5_000)
      .describe("How long a request may take, in ms, and a start be held up by etcd."),
  })
  .superRefine((options, context) => {
    const refuse = (message: string, path: string[]): void =>
      context.addIssue({ code: "custom", message, path });
    if (options.key === undefined && options.prefix === undefined)
      refuse("give the key of a document, or the prefix of keys that hold one source each", []);
    if (options.key !== undefined && options.prefix !== undefined)
      refuse("give either key or prefix, not both", ["prefix"]);
    if ((options.user === undefined) !== (options.password === undefined))
      refuse("user and password go together", [options.user === undefined ? "password" : "user"]);
    if ((options.tls?.cert === undefined) !== (options.tls?.key === undefined))
      refuse("cert and key go together", ["tls", options.tls?.cert === undefined ? "key" : "cert"]);
    for (const endpoint of options.endpoints) {
      const url = urlOf(endpoint, options.tls !== undefined);
      if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.username)
        refuse(`"${endpoint}" is no address of a member: write it like 127.0.0.1:2379`, ["endpoints"]);
      else if (url.protocol === "http:" && options.tls)
        refuse(`"${endpoint}" goes without TLS: write https://, or take tls out`, ["endpoints"]);
    }
  })
  .describe(
    "Sources and sinks from etcd (3.4 or later): they override the settings and the configuration file, item by item, and follow every change there.",
  );

export type EtcdOptions = z.output<typeof etcdSchema>;

/** The members' addresses; TLS is spoken where `tls` is given, unless an address says otherwise. */
export function membersOf({ endpoints, tls }: EtcdOptions): URL[] {
  return endpoints.map((endpoint) => urlOf(endpoint, tls !== undefined)).filter((url) => url !== undefined);
}

function urlOf(endpoint: string, secure: boolean): URL | undefined {
  const text = /^[a-z]+:\/\//i.test(endpoint) ? endpoint : `${secure ? "https" : "http"}://${endpoint}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}
