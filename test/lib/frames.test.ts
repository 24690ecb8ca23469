import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { linksIn } from "../../src/lib/frames.ts";
import { cpuTime } from "../helpers/cpu-time.ts";

/** What a text's links say: `path:line:column`, `…/` before what is only the end of a path. */
const told = (text: string) =>
  linksIn(text).map(({ path, suffix, line, column, name }) =>
    [`${suffix ? "…/" : ""}${path}`, line ?? name, column].filter((part) => part !== undefined).join(":"),
  );

/** Traces as the runtimes write them, and what is in them for whoever has the sources. */
const FIXTURES: Record<string, { readonly trace: string; readonly links: readonly string[] }> = {
  "Node, CommonJS": {
    trace: `TypeError: Cannot read properties of undefined (reading 'id')
    at Cart.total (/srv/app/src/cart.js:10:5)
    at async Promise.all (index 0)
    at new Shop (/srv/my shop/(group)/[id]/page.js:3:17)
    at /srv/app/index.js:7:1
    at node:internal/modules/cjs/loader:1105:14
    at eval (eval at <anonymous> (/srv/app/run.js:1:2), <anonymous>:1:1)`,
    links: [
      "/srv/app/src/cart.js:10:5",
      "/srv/my shop/(group)/[id]/page.js:3:17",
      "/srv/app/index.js:7:1",
      "/srv/app/run.js:1:2",
    ],
  },
  "Node, modules and bundles": {
    trace: `Error: x
    at file:///srv/a%20b/main.mjs:3:4
    at load (file:///C:/srv/app/load.ts:12:9)
    at Page (webpack-internal:///(rsc)/./src/app/page.tsx:21:11)
    at render (webpack://shop/./src/render.ts?1f2e:5:3)
    at App (http://localhost:5173/src/App.tsx?t=1700000000000:10:5)
    at dep (http://localhost:5173/@fs/home/me/dep/x.ts:2:1)`,
    links: [
      "/srv/a b/main.mjs:3:4",
      "C:/srv/app/load.ts:12:9",
      "…/src/app/page.tsx:21:11",
      "…/src/render.ts:5:3",
      "…/src/App.tsx:10:5",
      "/home/me/dep/x.ts:2:1",
    ],
  },
  TypeScript: {
    trace: "src/a.ts(10,5): error TS2322\nsrc/b.ts:4:7 - error TS1005",
    links: ["src/a.ts:10:5", "src/b.ts:4:7"],
  },
  Python: {
    trace: `Traceback (most recent call last):
  File "/srv/my app/main.py", line 12, in <module>
    run()
  File "C:\\work\\app\\run.py", line 4, in run
  File "<stdin>", line 1, in <module>
tests/test_run.py:33: AssertionError`,
    links: ["/srv/my app/main.py:12", "C:\\work\\app\\run.py:4", "tests/test_run.py:33"],
  },
  "Java and its kin": {
    trace: `Exception in thread "main" java.lang.IllegalStateException: x
\tat com.example.shop.Cart.add(Cart.java:42)
\tat app//com.example.Shop$Line.lambda$new$0(Shop.java:7)
\tat com.example.MainKt.main(Main.kt:3)
\tat java.base/java.util.ArrayList.forEach(ArrayList.java:1596)
\tat jdk.internal.Native.run(Native Method)
\tat com.example.Gone.run(Unknown Source)
Caused by: java.io.IOException`,
    links: ["…/com/example/shop/Cart.java:42", "…/com/example/Shop.java:7", "…/com/example/Main.kt:3"],
  },
  ".NET": {
    trace: `System.InvalidOperationException: x
   at Shop.Cart.Add(Item item) in C:\\my src\\Cart.cs:line 42
   at Shop.Till.Pay() in /src/Till.cs:Zeile 4
   at Shop.Api.Orders.<Get>d__5.MoveNext()
   at Shop.Stock..ctor(String name, Int32 count)
   at Shop.Api+Inner.Run(Object o)
   at System.Threading.Tasks.Task.Execute()`,
    links: [
      "C:\\my src\\Cart.cs:42",
      "/src/Till.cs:4",
      "…/Shop/Api/Orders.cs:Get",
      "…/Shop/Stock.cs:Stock",
      "…/Shop/Api.cs:Run",
    ],
  },
  Go: {
    trace: `panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/cmd/main.go:12 +0x1d
net/http.(*conn).serve()\n\t/usr/local/go/src/net/http/server.go:2136 +0x29\n2026/01/02 handler.go:33: failed`,
    links: ["/app/cmd/main.go:12", "/usr/local/go/src/net/http/server.go:2136", "handler.go:33"],
  },
  Rust: {
    trace: `thread 'main' panicked at src/main.rs:4:5:\nindex out of bounds
   2: shop::run\n             at ./src/run.rs:10:9\nthread 'x' panicked at 'old style', src/lib.rs:7:1`,
    links: ["src/main.rs:4:5", "./src/run.rs:10:9", "src/lib.rs:7:1"],
  },
  PHP: {
    trace: `PHP Fatal error:  Uncaught Exception: x in /var/www/src/Cart.php:42
Stack trace:\n#0 /var/www/index.php(7): Cart->add()\n#1 {main}\n  thrown in /var/www/my site/Cart.php on line 42`,
    links: ["/var/www/src/Cart.php:42", "/var/www/index.php:7", "/var/www/my site/Cart.php:42"],
  },
  Ruby: {
    trace: `/app/lib/cart.rb:42:in 'Cart#add': x (RuntimeError)\n\tfrom /app/bin/run.rb:3:in \`<main>'`,
    links: ["/app/lib/cart.rb:42", "/app/bin/run.rb:3"],
  },
  "a line of a structured log": {
    trace: 'level=error caller=api/handler.go:33 msg="x" {"file":"src/a.ts:9"}',
    links: ["api/handler.go:33", "src/a.ts:9"],
  },
};

describe("places in code", () => {
  for (const [language, { trace, links }] of Object.entries(FIXTURES))
    it(`are found in what ${language} writes`, () => assert.deepEqual(told(trace), links));

  it("are not what only looks like one", () => {
    const text =
      "GET http://example.com:8080/x.html?a=1 10.0.0.1:80 12:30:45.123 https://example.rs:443 .js:1 a.js:0";
    assert.deepEqual(told(text), []);
  });

  it("stand where the text has them, one behind the other, whatever the text", () => {
    const piece = fc.constantFrom(
      ...[" ", "\n", "at ", "(", ")", '"', "/", "\\", ".", ":", "1", "42", ".js:1", ".cs:line 2", ".php(3)"],
      ...[
        " in ",
        "a",
        "Ab",
        "é",
        "file://",
        "webpack://x/./",
        "%",
        "%20",
        '.py", line 4',
        " on line 5",
        "\u0000",
      ],
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 60 }).map((all) => all.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (given) => {
        let end = 0;
        for (const { from, to, path, line = 1 } of linksIn(given)) {
          assert.ok(from >= end && to > from && to <= given.length, `${from} to ${to} behind ${end}`);
          assert.ok(path !== "" && line > 0 && !path.includes("\u0000"));
          end = to;
        }
      }),
    );
  });

  it("take no more time a character where the text is made to need it", () => {
    const evil = [
      "at ",
      "(",
      ".js",
      ".js:",
      ".js?a",
      " in ",
      '"',
      "at a.",
      "/",
      "a.js:1(",
      ".cs:é",
      "\t",
      "at A.b(\n",
    ];
    const LENGTH = 200_000;
    for (const part of evil) {
      const text = part.repeat(LENGTH / part.length);
      const began = cpuTime();
      linksIn(`${text}.js`);
      linksIn(`${text} x.js:1`);
      // Linear takes milliseconds here, quadratic minutes.
      assert.ok(cpuTime() - began < 5_000, `${JSON.stringify(part)} took too long`);
    }
  });
});
