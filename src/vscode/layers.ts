import type { ConfigInput, Layer } from "../protocol/engine.ts";

/** What `WorkspaceConfiguration.inspect` tells of one key, for one folder or for none. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export interface Place {
  readonly folders: ConfigInput["folders"];
  /** Folder of the .code-workspace file; undefined when one folder is open, or none, or it isn't saved. */
  readonly workspaceFileFolder: string | undefined;
  /** Whether a .code-workspace is open: only then do folder settings differ from workspace settings. */
  readonly multiRoot: boolean;
  /** Whether all that is open is on another file system: what its settings name is not here. */
  readonly virtual: boolean;
  readonly home: string;
}

/**
 * The layers that set anything, lowest first. Relative paths count from where the settings are: the folder,
 * the .code-workspace file; those of the user from the first folder, for lack of a place of their own.
 */
export function layersOf(
  keys: readonly string[],
  place: Place,
  inspect: (key: string, folder: string | undefined) => Inspected | undefined,
): readonly Layer[] {
  const first = place.folders[0]?.path ?? place.home;
  const layers: Layer[] = [];
  const collect = (values: Record<string, unknown>, layer: Omit<Layer, "values">): void => {
    const set = Object.entries(values).filter(([, value]) => value !== undefined);
    if (set.length > 0) layers.push({ ...layer, values: Object.fromEntries(set) });
  };
  const pick = (of: keyof Inspected, folder?: string): Record<string, unknown> =>
    Object.fromEntries(keys.map((key) => [key, inspect(key, folder)?.[of]]));

  collect(pick("globalValue"), { origin: "user", baseDir: first });
  if (!place.virtual)
    collect(pick("workspaceValue"), { origin: "workspace", baseDir: place.workspaceFileFolder ?? first });
  if (place.multiRoot) {
    for (const { name, path } of place.folders) {
      collect(pick("workspaceFolderValue", path), { origin: "folder", folder: name, baseDir: path });
    }
  }
  return layers;
}

/** The layers to write to, best first: only such as are read of the same place. */
export function writtenLayers<F>({
  folders,
  multiRoot,
  virtual,
}: Pick<Place, "multiRoot" | "virtual"> & { readonly folders: readonly F[] }): readonly {
  readonly origin: Layer["origin"];
  readonly folder?: F;
}[] {
  if (virtual || (!multiRoot && folders.length === 0)) return [{ origin: "user" }];
  const each = multiRoot ? folders.map((folder) => ({ origin: "folder" as const, folder })) : [];
  return [{ origin: "workspace" }, ...each];
}

/** Whether there is anything to do: sources, or a configuration file or etcd that may have some. */
export function hasWork(layers: readonly Layer[]): boolean {
  return layers.some(({ values }) => {
    const { sources, configFile, etcd } = values as Readonly<Record<string, unknown>>;
    return Boolean(configFile) || isFilled(sources) || isFilled(etcd);
  });
}

function isFilled(value: unknown): boolean {
  return typeof value === "object" && Object.keys(value ?? {}).length > 0;
}
