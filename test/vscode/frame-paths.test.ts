import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { liesIn } from "../../src/lib/real-path.ts";
import { likest, mappedPaths, namePattern, pathInside, pathsBelow } from "../../src/vscode/frame-paths.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("the file that a place in code means", () => {
  it("is below the local root of the longest remote root that fits, at whole folders", () => {
    const mappings = { "/app": "/srv/app", "/app/lib/": "/srv/lib", "C:\\Src": "/srv/win", "/empty": "" };
    assert.deepEqual(mappedPaths("/app/lib/x.ts", mappings), ["/srv/lib/x.ts", "/srv/app/lib/x.ts"]);
    assert.deepEqual(mappedPaths("/apple/x.ts", mappings), []);
    assert.deepEqual(mappedPaths("c:\\src\\a\\b.cs", mappings), ["/srv/win/a/b.cs"]);
    assert.deepEqual(mappedPaths("/empty/x.ts", mappings), []);
  });

  it("never leaves its root, whatever the text says", () => {
    const piece = fc.constantFrom("..", ".", "a", "b c", "", "\\..", "..\\..", "%2e%2e", "x.ts");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const path = pieces.join("/");
        for (const found of mappedPaths(`/app/${path}`, { "/app": "/srv/app" }))
          assert.ok(liesIn(found, "/srv/app"), found);
        for (const found of pathsBelow(path, ["/srv/app"])) assert.ok(liesIn(found, "/srv/app"), found);
        const inside = pathInside(`/srv/app/${path}`, ["/srv/app"]);
        assert.ok(inside === undefined || liesIn(inside, "/srv/app"), inside);
      }),
    );
    assert.equal(pathInside("/etc/passwd", ["/srv/app"]), undefined);
  });

  it("never leaves its root by a symlink in it, whereas a root may be one", (t) => {
    const folder = tempFolder(t);
    const [root, outside] = [join(folder, "root"), join(folder, "outside")];
    mkdirSync(join(root, "own"), { recursive: true });
    mkdirSync(outside);
    for (const one of [join(root, "own"), outside]) writeFileSync(join(one, "x.ts"), "");
    symlinkSync(outside, join(root, "out"), "junction");
    symlinkSync(join(root, "own"), join(root, "in"), "junction");
    symlinkSync(root, join(folder, "link"), "junction");
    for (const [way, stays] of [
      ["own/x.ts", true],
      ["in/x.ts", true],
      ["out/x.ts", false],
    ] as const)
      for (const from of [root, join(folder, "link")]) {
        const file = join(from, way);
        assert.deepEqual(mappedPaths(`/app/${way}`, { "/app": from }), stays ? [file] : []);
        assert.deepEqual(pathsBelow(way, [from]), stays ? [file] : []);
        assert.equal(pathInside(file, [from]), stays ? file : undefined);
      }
  });

  it("is the one whose folders agree most; one that agrees by its name alone, or one of several, is not sure", () => {
    const found = ["/w/shop/src/main/java/com/example/Cart.java", "/w/other/src/com/elsewhere/Cart.java"];
    assert.deepEqual(likest("com/example/Cart.java", found), { files: [found[0]], sure: true });
    assert.deepEqual(likest("/remote/Cart.java", found), { files: found, sure: false });
    assert.deepEqual(likest("/remote/Cart.java", found.slice(1)), { files: found.slice(1), sure: false });
    assert.deepEqual(likest("Cart.java", found.slice(1)), { files: found.slice(1), sure: true });
    assert.deepEqual(likest("C:\\shop\\com\\example\\Cart.java", found).files, [found[0]]);
    assert.deepEqual(likest("Till.java", found), { files: [], sure: false });
  });

  it("is searched for by a pattern in which its name has no marks", () => {
    assert.equal(namePattern("/app/[id]/{x}*.tsx"), "**/?x??.tsx");
    assert.equal(namePattern("C:\\a\\[b].cs"), "**/?b?.cs");
  });
});
