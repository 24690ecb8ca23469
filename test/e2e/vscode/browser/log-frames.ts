import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { it } from "node:test";
import type { Frame } from "playwright-core";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";

interface Session {
  readonly frame: Frame;
  readonly workbench: Workbench;
  readonly folder: string;
}

/** A record that names a place in code, and where that is in the workspace. */
interface Named {
  readonly language: string;
  /** As the runtime writes it. */
  readonly trace: string;
  readonly file: string;
  readonly at: string;
}

const BASKET = "web/src/basket.ts";
const NAMED: readonly Named[] = [
  {
    language: "TypeScript",
    trace: `TypeError: Cannot read properties of undefined (reading 'price')
    at Array.map (<anonymous>)
    at Basket.total (/app/web/src/basket.ts:12:9)
    at Module._compile (node:internal/modules/cjs/loader:1105:14)`,
    file: BASKET,
    at: "Ln 12, Col 9",
  },
  {
    language: "Python",
    trace: `Traceback (most recent call last):
  File "/usr/lib/python3.12/threading.py", line 1012, in run
  File "/srv/shop/jobs/report.py", line 8, in write
ValueError: no rows`,
    file: "jobs/report.py",
    at: "Ln 8, Col 1",
  },
  {
    language: "Java",
    trace: `java.lang.IllegalStateException: empty
\tat java.base/java.util.Optional.orElseThrow(Optional.java:377)
\tat com.shop.Cart.add(Cart.java:42)
\tat com.shop.Main.main(Main.java:7)`,
    file: "src/main/java/com/shop/Cart.java",
    at: "Ln 42, Col 1",
  },
  {
    language: ".NET",
    trace: `System.InvalidOperationException: Sequence contains no elements
   at System.Linq.ThrowHelper.ThrowNoElementsException()
   at Shop.Till.Pay(Order order) in C:\\build\\shop\\Till.cs:line 17`,
    file: "dotnet/Till.cs",
    at: "Ln 17, Col 1",
  },
  {
    language: "Go",
    trace: `panic: runtime error: invalid memory address or nil pointer dereference

goroutine 1 [running]:
runtime.gopanic({0x4a1f60, 0x55c2d0})
\t/usr/local/go/src/runtime/panic.go:884 +0x212
main.serve()
\t/go/src/shop/cmd/api/main.go:31 +0x1d`,
    file: "cmd/api/main.go",
    at: "Ln 31, Col 1",
  },
  {
    language: "Rust",
    trace: `thread 'main' panicked at crates/stock/src/lib.rs:23:14:
called \`Option::unwrap()\` on a \`None\` value
   0: rust_begin_unwind
             at /rustc/90b35a623/library/std/src/panicking.rs:645:5`,
    file: "crates/stock/src/lib.rs",
    at: "Ln 23, Col 14",
  },
  {
    language: "PHP",
    trace: `PHP Fatal error:  Uncaught Error: Call to a member function pay() on null in /var/www/html/app/Checkout.php:19
Stack trace:
#0 /var/www/html/public/index.php(7): App\\Checkout->run()
#1 {main}
  thrown in /var/www/html/app/Checkout.php on line 19`,
    file: "php/app/Checkout.php",
    at: "Ln 19, Col 1",
  },
  {
    language: "Ruby",
    trace: `/rails/app/models/order.rb:14:in 'Order#close': no lines (RuntimeError)
\tfrom /usr/lib/ruby/3.3.0/irb.rb:3:in 'Kernel#loop'`,
    file: "app/models/order.rb",
    at: "Ln 14, Col 1",
  },
];
const EITHER = "/opt/deploy/handlers.js";
/** Of the same names, elsewhere: none of them is meant. */
const OTHERS = [
  "legacy/Till.cs",
  "src/test/java/com/other/Cart.java",
  "cmd/worker/main.go",
  "lib/report.py",
  "crates/till/src/lib.rs",
  "web/handlers.js",
];
/** More than any trace names, each with its own name and number. */
const LINES = 60;
const PATIENT = { timeout: 60_000 };

/** For `before`: the log, and the sources that it names. */
export function writeTraced(folder: string): void {
  for (const path of [...NAMED.map(({ file }) => file), "api/handlers.js", ...OTHERS]) {
    const mark = /\.(?:py|rb)$/.test(path) ? "#" : "//";
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const lines = Array.from({ length: LINES }, (_, i) => `${mark} ${path}@${i + 1}@`);
    writeFileSync(join(folder, path), `${path.endsWith(".php") ? "<?php " : ""}${lines.join("\n")}\n`);
  }
  writeFileSync(join(folder, "logs", "traces.log"), "");
}

export const TRACED_SOURCES = {
  traces: { type: "file", paths: ["logs/traces.log"], parser: "json", from: "start" },
};
/** Where the folder of a build machine is here. */
export const TRACED_MAPPINGS = { "C:\\build\\shop": "${workspaceFolder}/dotnet" };
/** The editor would notify that there is no PHP to check the file with. */
export const TRACED_SETTINGS = { "php.validate.enable": false };

/** What opens from a log view on traces of every language, in a window on the folder of `writeTraced`. */
export function useFrames(session: () => Session): void {
  const active = (selector: string) => session().workbench.page.locator(selector);
  /** Writes a record, chooses it in the log view, and goes to the code that it names. */
  const follow = async (language: string, trace: string): Promise<void> => {
    const { frame, workbench, folder } = session();
    const record = { time: new Date().toISOString(), level: "error", msg: `trace of ${language}`, trace };
    appendFileSync(join(folder, "logs", "traces.log"), `${JSON.stringify(record)}\n`);
    await frame.locator("input.query").fill(`"trace of ${language}"`);
    await frame.locator(".state", { hasText: /^1 of / }).waitFor(PATIENT);
    await frame.locator(".body .row:not([aria-busy])", { hasText: record.msg }).waitFor(PATIENT);
    await frame.locator(".list").focus();
    await workbench.page.keyboard.press("Home");
    await frame.locator(".body .row.active:not([aria-busy])", { hasText: record.msg }).waitFor(PATIENT);
    await workbench.page.keyboard.press("Alt+Enter");
  };
  /** Waits until the file is open at the place, which its very text says. */
  const stands = async (file: string, at: string): Promise<void> => {
    await active(".statusbar-item").filter({ hasText: at }).waitFor(PATIENT);
    const line = /\d+/.exec(at)?.[0];
    const group = active(".editor-group-container.active .view-line");
    await group.filter({ hasText: `${file}@${line}@` }).waitFor(PATIENT);
  };

  for (const { language, trace, file, at } of NAMED)
    it(`open the right file at the right line from a trace of ${language}`, async () => {
      await follow(language, trace);
      await stands(file, at);
    });

  it("open the frame of an unfolded trace that Ctrl and a click are on, by its place or its line", async () => {
    const { workbench, frame, folder } = session();
    const frames = [5, 12, 23, 34, 45].map((line) => `    at step${line} (/app/${BASKET}:${line}:3)`);
    const record = {
      time: new Date().toISOString(),
      level: "error",
      msg: ["Error: clicked", ...frames].join("\n"),
    };
    appendFileSync(join(folder, "logs", "traces.log"), `${JSON.stringify(record)}\n`);
    await frame.locator("input.query").fill('"Error: clicked"');
    await frame.locator(".state", { hasText: /^1 of / }).waitFor(PATIENT);
    const text = frame.locator(".body .row:not([aria-busy]) .message .text");
    await text.filter({ hasText: "Error: clicked" }).waitFor(PATIENT);
    await frame.locator(".list").focus();
    await workbench.page.keyboard.press("Home");
    await workbench.page.keyboard.press("ArrowRight");
    await text.filter({ hasText: "step45" }).waitFor(PATIENT);
    const open = async (word: string, at: string): Promise<void> => {
      const opened = async (): Promise<boolean> => {
        const position = await text.evaluate((one, word) => {
          const [node] = one.childNodes;
          const from = node?.textContent?.indexOf(word) ?? -1;
          if (!node || from < 0) return undefined;
          const range = one.ownerDocument.createRange();
          range.setStart(node, from);
          range.setEnd(node, from + 1);
          const [own, whole] = [range.getBoundingClientRect(), one.getBoundingClientRect()];
          return { x: own.left - whole.left + own.width / 4, y: own.top - whole.top + own.height / 2 };
        }, word);
        if (!position) return false;
        await text.click({ modifiers: ["Control"], position, ...PATIENT });
        const place = active(".statusbar-item").filter({ hasText: at });
        return place.waitFor({ timeout: 5_000 }).then(
          () => true,
          () => false,
        );
      };
      await until(opened, { ...PATIENT, what: `${word} to be opened` });
      await stands(BASKET, at);
    };
    await open(`${BASKET}:34`, "Ln 34, Col 3");
    await open("step45", "Ln 45, Col 3");
    await open("Error", "Ln 5, Col 3");
  });

  it("ask which file is meant where two fit, and open the one that is chosen", async () => {
    const { workbench, frame } = session();
    await follow("either", `Error: timeout\n    at handle (${EITHER}:5:3)`);
    const title = active(".quick-input-title").filter({ hasText: `Which file is ${EITHER}:5?` });
    await title.waitFor(PATIENT);
    const rows = active(".quick-input-list .monaco-list-row");
    await until(async () => (await rows.count()) === 2, { ...PATIENT, what: "both files" });
    // By a click alone: what is typed fills the list again, under the pointer.
    await rows.filter({ hasText: "api/handlers.js" }).click(PATIENT);
    const opened = active(".editor-instance .view-line").filter({ hasText: "api/handlers.js@5@" });
    await opened.waitFor(PATIENT);
    const inFront = active(".editor-group-container.active .view-line").filter({
      hasText: "api/handlers.js",
    });
    const focused = async (): Promise<boolean> => {
      // The page had the focus before it was asked, and on a busy machine is given it back after the file has opened.
      if (!(await inFront.first().isVisible())) await workbench.command("View: Focus Right Editor Group");
      return inFront.first().isVisible();
    };
    await until(focused, { ...PATIENT, every: 500, what: "the file to have the focus" });
    await stands("api/handlers.js", "Ln 5, Col 3");
    await frame.locator("input.query").fill("");
  });
}
