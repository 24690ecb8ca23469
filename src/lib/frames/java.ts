import type { CodeLink } from "./link.ts";

const SOURCE = /^[\w$-]+\.(?:java|kts?|scala|groovy|clj)$/;
const LONGEST = 512;
/** Classes of the runtime itself: nobody has their sources in a workspace. */
const RUNTIME = /^(?:java|javax|jdk|sun|com\.sun|kotlin|scala)\./;

/**
 * A frame of the JVM names its class and the bare file: `at app//com.example.Shop$Cart.add(Shop.java:42)`. The
 * package is the folder. Undefined for frames of the runtime; other links as they are.
 */
export function withPackage(text: string, link: CodeLink): CodeLink | undefined {
  if (!SOURCE.test(link.path) || text[link.from - 1] !== "(") return link;
  const before = text.slice(Math.max(0, link.from - 1 - LONGEST), link.from - 1);
  let start = before.length;
  while (start > 0 && /[\w$.<>/@~-]/.test(before[start - 1] as string)) start--;
  const qualified = before.slice(before.lastIndexOf("/") + 1 > start ? before.lastIndexOf("/") + 1 : start);
  if (RUNTIME.test(qualified)) return undefined;
  const folders = qualified.split(".").slice(0, -2);
  return { ...link, path: [...folders, link.path].join("/"), suffix: true };
}
