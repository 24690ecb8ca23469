// Makes src/store/find-code.ts of src/store/find.wat: `npm run wasm` after each change of it.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const folder = new URL("../src/store/", import.meta.url);
export const target = fileURLToPath(new URL("find-code.ts", folder));

export async function codeOf() {
  const module = (await wabt()).parseWat("find.wat", readFileSync(new URL("find.wat", folder), "utf8"), {
    simd: true,
  });
  const { buffer } = module.toBinary({});
  module.destroy();
  const text = Buffer.from(buffer).toString("base64");
  return `/** Made of find.wat by \`npm run wasm\`: WebAssembly in Base64. */\nexport const code =\n  "${text}";\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await codeOf());
