import { type Preset, STAMPED } from "./preset.ts";

const ALL = ["text", "head", "trace"];

/** PHP: what error_log and php-fpm write, chained exceptions, Xdebug's and Laravel's traces. */
export const php: Preset = {
  name: "php",
  about: "Uncaught exceptions with those before them, and the traces of Monolog, Laravel and Xdebug",
  rules: [
    // The message of an exception may have several lines; its last names the place.
    { from: ["start"], line: /\bUncaught /, unless: / in \S.*:\d+$/, to: "head" },
    {
      from: ALL,
      line: /^(?:#\d+ |(?:PHP )?Stack trace:|\[stacktrace\]|\[previous exception\]|PHP +\d+\. |"\} ?)/,
      to: "trace",
    },
    { from: ["trace"], line: /^Next [\w\\]+[: ]/, to: "head" },
    {
      from: ["text"],
      line: /^(?:[A-Z]\w*\\)*[A-Z]\w*(?:Exception|Error)(?::| in | with message )/,
      to: "head",
    },
    { from: ["head"], line: /\S/, unless: STAMPED, to: "head" },
  ],
  samples: [
    [
      "[21-Nov-2026 10:15:32 UTC] PHP Warning:  Undefined variable $lamp in /app/shop.php on line 9",
      `[21-Nov-2026 10:15:33 UTC] PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/db.php:12
Stack trace:
#0 /app/db.php(12): PDO->__construct('mysql:host=db')
#1 /app/index.php(3): connect()
#2 {main}

Next RuntimeException: no database in /app/index.php:5
Stack trace:
#0 {main}
  thrown in /app/index.php on line 5`,
      "[21-Nov-2026 10:15:34 UTC] going on",
    ],
    [
      `PHP Fatal error:  Uncaught Exception: first line
second line in /app/index.php:2
Stack trace:
#0 {main}
  thrown in /app/index.php on line 2`,
      "Fatal error: Maximum execution time of 30 seconds exceeded in /app/index.php on line 8",
    ],
    [
      `[2026-11-21 10:15:33] production.ERROR: no price {"exception":"[object] (RuntimeException(code: 0): no price at /app/Prices.php:12)
[stacktrace]
#0 /app/Server.php(33): App\\\\Prices->load('lamp')
#1 {main}

[previous exception] [object] (PDOException(code: 2002): refused at /app/Db.php:8)
[stacktrace]
#0 {main}
"} `,
      "[2026-11-21 10:15:34] production.INFO: going on",
    ],
    [
      `PHP Notice:  Undefined index: lamp in /app/shop.php on line 9
PHP Stack trace:
PHP   1. {main}() /app/index.php:0
PHP   2. price() /app/index.php:3`,
      "PHP Notice:  Undefined index: chair in /app/shop.php on line 9",
    ],
    [
      `2026-11-21T10:15:33.412+00:00 app.ERROR: request failed
Shop\\NoPriceException: lamp in /app/Prices.php:12
Stack trace:
#0 {main}`,
      "2026-11-21T10:15:33.413+00:00 app.INFO: going on",
    ],
  ],
};
