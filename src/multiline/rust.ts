import { type Preset, STAMPED } from "./preset.ts";

const ALL = ["text", "panic", "said"];

/** Rust: panics with their backtraces, and errors as anyhow and eyre write them. */
export const rust: Preset = {
  name: "rust",
  about: "Panics with their backtraces; the errors of anyhow and eyre",
  rules: [
    { from: ["start"], line: /^thread '.*' (?:\(\d+\) )?panicked at .*:\d+:\d+:$/, to: "panic" },
    { from: ["start"], line: /^The application panicked/, to: "panic" },
    {
      from: ALL,
      line: /^(?:note: |stack backtrace:|(?:Caused by|Location|Stack backtrace|Backtrace):|Backtrace omitted\.|thread panicked while |fatal runtime error: |aborting due to )/,
      to: "said",
    },
    // The message stands below, on lines of its own.
    { from: ["panic"], line: /\S/, unless: STAMPED, to: "panic" },
  ],
  samples: [
    [
      "2026-11-21T10:15:32.104Z  INFO shop: listening",
      `thread 'main' panicked at src/main.rs:4:5:
index out of bounds: the len is 3 but the index is 99
stack backtrace:
   0: rust_begin_unwind
             at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/std/src/panicking.rs:665:5
   1: core::panicking::panic_fmt
   2: shop::main
             at ./src/main.rs:4:5
note: Some details are omitted, run with \`RUST_BACKTRACE=full\` for a verbose backtrace.`,
      "2026-11-21T10:15:33.104Z ERROR shop: going on",
    ],
    [
      `thread 'tokio-runtime-worker' (1234) panicked at src/price.rs:2:5:
assertion \`left == right\` failed: the prices
differ
  left: 1
 right: 2
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
      `thread 'main' panicked at 'no price', src/main.rs:4:5
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
      "working",
    ],
    [
      `Error: cannot load the prices

Caused by:
    0: cannot open prices.toml
    1: No such file or directory (os error 2)

Location:
    src/main.rs:10:5

Stack backtrace:
   0: anyhow::error::<impl anyhow::Error>::msg
   1: shop::main
`,
      "next run",
      `The application panicked (crashed).
Message:  no price
Location: src/main.rs:4
Backtrace omitted. Run with RUST_BACKTRACE=1 environment variable to display it.`,
    ],
  ],
};
