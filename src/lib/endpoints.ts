/** Ports that addresses need not name. */
const PORTS: Readonly<Record<string, string>> = {
  "http:": "80",
  "https:": "443",
  "ws:": "80",
  "wss:": "443",
};

/** Options that hold addresses of their own form, `host:port`. */
const HOSTS = /^(brokers?|hosts?|endpoints?|bootstrap)$/i;

/**
 * The servers that options name, as `scheme://host:port`: of URLs and DSNs anywhere in them, and of `host:port`
 * where servers are named so. Users, paths and queries are left out.
 */
export function endpointsIn(options: unknown): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, key: string): void => {
    if (typeof value === "string") {
      const endpoint = endpointOf(value, key);
      if (endpoint !== undefined) found.add(endpoint);
    } else if (Array.isArray(value)) {
      for (const item of value) walk(item, key);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, item] of Object.entries(value)) walk(item, name);
    }
  };
  walk(options, "");
  return [...found];
}

function endpointOf(text: string, key: string): string | undefined {
  // A DSN of InfluxDB has its user behind the address; of anything else that is a part of the user.
  const address = key === "dsn" ? (text.split("@")[0] ?? "") : text;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address) && URL.canParse(address)) {
    const { protocol, hostname, port } = new URL(address);
    const known = port || PORTS[protocol];
    return `${protocol}//${hostname.toLowerCase()}${known ? `:${known}` : ""}`;
  }
  const [, host] = /^((?:\[[^\]]+\]|[^\s:/@]+):\d{1,5})$/.exec(text) ?? [];
  return HOSTS.test(key) && host !== undefined ? `tcp://${host.toLowerCase()}` : undefined;
}

/** Whether an endpoint is on this machine: nothing leaves it. */
export function isLoopback(endpoint: string): boolean {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : endpoint;
  return /^(localhost|[^.]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host);
}

/** Whether options speak TLS and take any certificate. */
export function isUnverified(options: unknown): boolean {
  const { verify, tls } = (options ?? {}) as { verify?: unknown; tls?: unknown };
  if (verify !== false) return false;
  return tls === true || endpointsIn(options).some((endpoint) => /^(https|wss):/.test(endpoint));
}
