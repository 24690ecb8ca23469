const SCHEME = /^([A-Za-z][\w+.-]*):(\/\/)?/;

/**
 * The file behind what is written as a path: `file:` URLs (RFC 8089), bundlers' own (`webpack-internal:///./src/a.ts`,
 * `webpack://name/./src/a.ts`), pages of development servers. Of all but the first only the end of the path is
 * known. Undefined for what names no file.
 */
export function fileOf(written: string): { readonly path: string; readonly suffix: boolean } | undefined {
  const [prefix = "", scheme = "", slashes] = SCHEME.exec(written) ?? [];
  const rest = written.slice(prefix.length);
  // One letter is a drive.
  if (scheme.length < 2) return checked(written, false);
  if (scheme.toLowerCase() === "file") {
    const path = decoded(slashes ? rest.replace(/^[^/]*/, "") : rest);
    return checked(path.replace(/^\/+([A-Za-z]:[\\/])/, "$1"), false);
  }
  if (!slashes) {
    if (/^(?:webpack|rsc|app|turbopack)/i.test(scheme)) return checked(bare(rest), true);
    // A word before it: "caller:main.go:12".
    return rest.includes(":") && !/^[A-Za-z]:[\\/]/.test(rest) ? undefined : checked(rest, false);
  }
  const path = decoded(rest.replace(/^[^/]*\/?/, ""));
  const served = path.startsWith("@fs/") ? path.slice("@fs".length) : undefined;
  return served === undefined ? checked(bare(path), true) : checked(served, false);
}

/** Without what stands for the root of the sources: `/`, `./`, `../`, and Next.js' layers like `(rsc)/`. */
function bare(path: string): string {
  return path.replace(/^(?:\/|\.{1,2}\/|\([\w-]+\)\/(?=\.\/))+/, "");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function checked(path: string, suffix: boolean) {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const hidden = [...path].some((character) => character < " " || character === "\u007f");
  return name.lastIndexOf(".") > 0 && !hidden ? { path, suffix } : undefined;
}
