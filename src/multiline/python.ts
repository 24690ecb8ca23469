import { type Preset, STAMPED } from "./preset.ts";

/** Python: what traceback.print_exc writes, chained exceptions and groups of them included. */
export const python: Preset = {
  name: "python",
  about: "Tracebacks with chained exceptions and exception groups",
  rules: [
    {
      from: ["text", "bridge"],
      line: /^\s*(?:\+ Exception Group )?Traceback \(most recent call last\):/,
      to: "frames",
    },
    // The line after the frames names the exception.
    { from: ["frames"], line: /^\S/, unless: STAMPED, to: "ended" },
    {
      from: ["ended"],
      line: /^(?:During handling of the above exception|The above exception was the direct cause)/,
      to: "bridge",
    },
    // SQLAlchemy's message goes on with these.
    { from: ["ended"], line: /^(?:\[SQL: |\[parameters: |\(Background on this error)/, to: "ended" },
  ],
  samples: [
    [
      "2026-11-21 10:15:32,104 INFO shop: request 17",
      `2026-11-21 10:15:32,108 ERROR shop: request 17 failed
Traceback (most recent call last):
  File "/app/shop/prices.py", line 12, in load
    return prices[item]
           ~~~~~~^^^^^^
KeyError: 'lamp'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/shop/views.py", line 33, in handle
    price = load(item)
  File "/app/shop/prices.py", line 14, in load
    raise LookupError(f"no price for {item}") from None
LookupError: no price for lamp`,
      "2026-11-21 10:15:32,110 INFO shop: request 18",
    ],
    [
      `Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    connect()
  File "/app/main.py", line 2, in connect
    raise OSError("down")
OSError: down

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/main.py", line 5, in <module>
    raise RuntimeError("no database")
RuntimeError: no database`,
      `Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    1 / 0
    ~~^~~
ZeroDivisionError: division by zero`,
    ],
    [
      `ERROR:root:tasks failed
  + Exception Group Traceback (most recent call last):
  |   File "/app/tasks.py", line 4, in <module>
  |     raise ExceptionGroup("two", [ValueError(1), TypeError(2)])
  | ExceptionGroup: two (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +---------------- 2 ----------------
    | TypeError: 2
    +------------------------------------`,
      "INFO:root:next",
    ],
    [
      `ERROR:app:query failed
Traceback (most recent call last):
  File "/app/db.py", line 8, in run
    cursor.execute(statement)
sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) no such table: users
[SQL: SELECT id FROM users]
(Background on this error at: https://sqlalche.me/e/20/e3q8)`,
      "[2026-11-21 10:15:33 +0000] [7] [INFO] Booting worker",
    ],
  ],
};
