import assert from "node:assert/strict";
import { type Loaded, parseConfig } from "../../src/config/parse.ts";
import type { ConfigInput, Layer } from "../../src/protocol/engine.ts";

export const folders = [{ name: "app", path: "/srv/app" }];
export const load = (
  values: unknown,
  given: Partial<ConfigInput> = {},
  env: NodeJS.ProcessEnv = {},
): Promise<Loaded> =>
  parseConfig(
    {
      layers: [{ origin: "workspace", baseDir: "/srv/app", values }],
      folders,
      trusted: true,
      dataDir: "/data",
      ...given,
    },
    env,
  );
export const said = ({ issues }: Loaded): string[] =>
  issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
export const layer = (origin: Layer["origin"], values: unknown, more: Partial<Layer> = {}): Layer => ({
  origin,
  baseDir: "/srv/app",
  values,
  ...more,
});

export const pathsOf = (config: Loaded["config"], id: string): unknown => {
  const { options } = config.sources.get(id) ?? assert.fail(`no source ${id}`);
  return (options as { paths?: unknown }).paths;
};
