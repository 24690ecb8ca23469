// Bundles the roots and the webviews. `vscode` is external for the extension alone, so an engine
// file that imports it breaks the build here.
import { rmSync } from "node:fs";
import { context } from "esbuild";

// Says what a package would hold, as esbuild's outputs in JSON, and writes nothing.
const sizes = process.argv.includes("--sizes");
const production = sizes || process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const shared = {
  bundle: true,
  sourcemap: production ? false : "linked",
  minify: production,
  logLevel: "warning",
  metafile: sizes,
  write: !sizes,
};
const node = {
  ...shared,
  platform: "node",
  target: "node22",
  // The main file of jsonc-parser finds its parts at run time, where a bundler can't see them.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
};
// Bundled CommonJS dependencies call require() for Node's own modules; an ES module has none of its own.
const esmRequire = {
  js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
};

// What the extension loads when it is first needed is a bundle beside it.
const later = {
  name: "later",
  setup(build) {
    build.onResolve({ filter: /\/flows\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./flows.cjs", external: true } : undefined,
    );
  },
};

const bundles = [
  {
    ...node,
    entryPoints: { extension: "src/extension.ts", flows: "src/vscode/flows.ts" },
    outdir: "dist",
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    external: ["vscode"],
    plugins: [later],
    // By `require`, through which the editor hands out its API.
    supported: { "dynamic-import": false },
  },
  {
    ...node,
    entryPoints: {
      worker: "src/worker.ts",
      query: "src/query.ts",
      scan: "src/scan.ts",
      trial: "src/trial.ts",
      cli: "src/cli.ts",
    },
    outdir: "dist",
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    banner: esmRequire,
  },
  {
    ...node,
    entryPoints: { expressions: "src/expressions.ts" },
    outdir: "dist",
    format: "esm",
    banner: esmRequire,
    // It brings its own, of three megabytes.
    sourcemap: false,
  },
  {
    ...shared,
    entryPoints: { dashboard: "src/webview/dashboard.ts", log: "src/webview/log/log.ts" },
    outdir: "dist/webview",
    format: "esm",
    target: "es2022",
    loader: { ".ttf": "file" },
  },
];

// A package holds whole folders: what an earlier build left in them must not go along.
if (production && !sizes)
  for (const folder of ["dist/chunks", "dist/webview"]) rmSync(folder, { recursive: true, force: true });
const contexts = await Promise.all(bundles.map((bundle) => context(bundle)));
if (watch) await Promise.all(contexts.map((c) => c.watch()));
else {
  const results = await Promise.all(contexts.map((c) => c.rebuild()));
  if (sizes) console.log(JSON.stringify(Object.assign({}, ...results.map((r) => r.metafile.outputs))));
  await Promise.all(contexts.map((c) => c.dispose()));
}
