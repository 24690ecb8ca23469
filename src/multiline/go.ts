import { type Preset, STAMPED } from "./preset.ts";

const GOROUTINE = /^goroutine \d+ .*\[.*\]:$/;
/** `main.(*Server).handle(0xc000010250, {0x6b1f, 0x3})` */
const CALL = /^[A-Za-z_][\w./*()[\]{}·…%~@-]*\(/;
/** As zap and pkg/errors write a frame: `net/http.(*conn).serve`, its file on the next line. */
const FUNCTION = /^(?=[A-Za-z_])(?:[\w.~@-]+\/)*[\w~-]+\.[\w.~·()*[\]-]+$/;

/** Go: panics and fatal errors with their goroutines, and the stacks of zap and pkg/errors below a line. */
export const go: Preset = {
  name: "go",
  about: "Panics and fatal errors with all goroutines; the stacks of zap and pkg/errors",
  rules: [
    { from: ["start"], line: /^(?:panic|fatal error|runtime): |\bpanic serving |^SIG[A-Z]+: /, to: "panic" },
    { from: ["text", "panic", "trace"], line: GOROUTINE, to: "trace" },
    { from: ["panic"], line: /\S/, unless: STAMPED, to: "panic" },
    { from: ["panic"], line: /^\[(?:signal|recovered|originating) /, to: "panic" },
    {
      from: ["trace"],
      line: /^(?:created by |exit status \d|runtime stack:$|r\w+ +0x[\da-f]+$|\.\.\.(?:additional|\d+) frames? elided)/,
      to: "trace",
    },
    { from: ["trace"], line: CALL, to: "trace" },
    { from: ["text", "frame"], line: FUNCTION, to: "frame" },
  ],
  samples: [
    [
      "2026/11/21 10:15:32 listening on :8080",
      `2026/11/21 10:15:33 http: panic serving 127.0.0.1:51234: runtime error: index out of range [5] with length 3
goroutine 34 [running]:
net/http.(*conn).serve.func1()
	/usr/local/go/src/net/http/server.go:1898 +0xbe
panic({0x6b2f40?, 0xc0000181c8?})
	/usr/local/go/src/runtime/panic.go:770 +0x132
main.(*shop).price(...)
	/app/shop.go:12
created by net/http.(*Server).Serve in goroutine 1
	/usr/local/go/src/net/http/server.go:3285 +0x4b4`,
      "2026/11/21 10:15:34 going on",
    ],
    [
      "starting",
      `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x45c9a1]

goroutine 1 gp=0xc0000061c0 m=0 mp=0x5b9a40 [running]:
main.main()
	/app/main.go:9 +0x1d

goroutine 18 [chan receive, 2 minutes]:
main.worker(0xc00001c0c0)
	/app/main.go:21 +0x45
created by main.main in goroutine 1
	/app/main.go:15 +0x85
exit status 2`,
      `panic: two
lines [recovered]
	panic: again

goroutine 7 [running]:
main.main.func1()
	/app/main.go:5 +0x6a`,
      `fatal error: all goroutines are asleep - deadlock!

goroutine 1 [chan receive]:
main.main()
	/app/main.go:4 +0x36`,
    ],
    [
      `2026-11-21T10:15:32.104Z	ERROR	shop/price.go:12	no price	{"item": "lamp"}
example.com/shop.(*Prices).Load
	/app/shop/price.go:12
main.main
	/app/main.go:6
runtime.main
	/usr/local/go/src/runtime/proc.go:271`,
      `2026-11-21T10:15:32.105Z	INFO	main.go:8	done`,
    ],
  ],
};
