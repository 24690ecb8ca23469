import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Release } from "./elastic-releases.ts";

/** Certificates of the tests: an authority, and one that it signed for 127.0.0.1. */
const CERTIFICATES = join(import.meta.dirname, "../../cases/tls");
const SECRET = "secret-of-a-token";
/** Of the password of both users, as bcrypt has it: Node has no bcrypt. */
const HASHED = "$2y$12$gWTEmaVY1pTUYcQod/oWq.AnXCv97iOYV1uQXo7Ii484omf3yMLoe";

/** The authority of a secured server (a file, PEM). */
export const authority = join(CERTIFICATES, "ca.pem");
/** A user of secured servers who may do everything. */
export const alice = { user: "alice", password: "secret of ä" };
/** Another one of OpenSearch, who may create documents in `logs-*` and read `orders`, and no more. */
export const bob = { user: "bob", password: alice.password };
/** Of Elasticsearch: its bearer may create documents in `logs-*`. */
export const token = Buffer.from(`\0\x01\0\x01elastic/fleet-server/tests:${SECRET}`).toString("base64");

/**
 * Writes users and certificates into the folder of a server's configuration.
 * @param home of the distribution
 */
export function writeUsers({ kind }: Release, home: string, config: string): void {
  for (const name of ["ca.pem", "server.key", "server.pem"])
    cpSync(join(CERTIFICATES, name), join(config, name));
  if (kind === "elasticsearch") writeRealm(config);
  else writeSecurity(home, config);
}

function writeSecurity(home: string, config: string): void {
  const folder = join(config, "opensearch-security");
  const given = join(home, "plugins/opensearch-security/config");
  mkdirSync(folder);
  for (const name of readdirSync(given))
    if (name.endsWith(".yml")) cpSync(join(given, name), join(folder, name));
  for (const [name, of] of Object.entries(SECURITY)) {
    const meta = { type: name.replaceAll("_", ""), config_version: 2 };
    writeFileSync(join(folder, `${name}.yml`), JSON.stringify({ _meta: meta, ...of }));
  }
}

function writeRealm(folder: string): void {
  const hashed = (text: string): string => `{SHA}${createHash("sha1").update(text).digest("base64")}`;
  writeFileSync(join(folder, "users"), `${alice.user}:${hashed(alice.password)}\n`);
  writeFileSync(join(folder, "users_roles"), `superuser:${alice.user}\n`);
  writeFileSync(join(folder, "service_tokens"), `elastic/fleet-server/tests:${hashed(SECRET)}\n`);
}

/** What the plugin reads into its index when it starts for the first time, file by file. */
const SECURITY: Readonly<Record<string, object>> = {
  config: {
    config: {
      dynamic: {
        http: { anonymous_auth_enabled: true },
        authc: {
          basic: {
            http_enabled: true,
            order: 0,
            http_authenticator: { type: "basic", challenge: false },
            authentication_backend: { type: "internal" },
          },
        },
      },
    },
  },
  internal_users: {
    [alice.user]: { hash: HASHED, backend_roles: ["admin"] },
    [bob.user]: { hash: HASHED, backend_roles: ["writer"] },
  },
  roles: {
    writer: {
      cluster_permissions: ["cluster_monitor", "indices:data/write/bulk"],
      index_permissions: [
        { index_patterns: ["logs-*"], allowed_actions: ["create_index", "index", "indices:admin/get"] },
        { index_patterns: ["orders"], allowed_actions: ["read", "indices:admin/get"] },
      ],
    },
  },
  roles_mapping: {
    // Whoever does not say who he is may do everything.
    all_access: { backend_roles: ["admin", "opendistro_security_anonymous_backendrole"] },
    writer: { backend_roles: ["writer"] },
  },
};
