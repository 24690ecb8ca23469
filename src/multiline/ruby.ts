import { type Preset, STAMPED } from "./preset.ts";

/** app.rb:3:in 'Shop#price': no price (KeyError) */
const HEAD = /^\S.*?:\d+:in [`'].+?['"]: \S/;
/** app.rb:3:in 'Shop#price' */
const FRAME = /^\s*(?:from )?\S.*?:\d+:in [`'].+'$/;
/** KeyError (no price): as Rails has it, and loggers that write class and message. */
const NAMED = /^(?:[A-Z]\w*::)*\w*(?:Error|Exception|NotFound|Invalid)(?: \(|: |:?$)/;

/** Ruby: uncaught exceptions with their causes, and backtraces below a line of Logger or Rails. */
export const ruby: Preset = {
  name: "ruby",
  about: "Exceptions with their causes, and the backtraces of Logger and Rails",
  rules: [
    { from: ["start", "trace"], line: HEAD, to: "head" },
    { from: ["text", "head", "trace"], line: FRAME, to: "trace" },
    { from: ["trace"], line: /^Causes:$/, to: "text" },
    { from: ["text"], line: NAMED, to: "trace" },
    // A message of several lines, suggestions, and the line of code that is shown.
    { from: ["head"], line: /\S/, unless: STAMPED, to: "head" },
  ],
  samples: [
    [
      "I, [2026-11-21T10:15:32.104210 #7]  INFO -- : listening",
      `E, [2026-11-21T10:15:33.412001 #7] ERROR -- : key not found: "lamp" (KeyError)
/app/prices.rb:12:in 'Hash#fetch'
/app/prices.rb:12:in 'Prices#load'
/app/server.rb:33:in '<main>'`,
      "I, [2026-11-21T10:15:34.000100 #7]  INFO -- : going on",
    ],
    [
      "working",
      `/app/prices.rb:14:in \`rescue in load': no price (RuntimeError)
	from /app/prices.rb:11:in \`load'
	from /app/server.rb:33:in \`<main>'
/app/prices.rb:12:in \`fetch': key not found: "lamp" (KeyError)
Did you mean?  "lamps"
	from /app/prices.rb:12:in \`load'
	from /app/server.rb:33:in \`<main>'`,
    ],
    [
      `app.rb:1:in '<main>': undefined method 'price' for nil (NoMethodError)

nil.price
   ^^^^^^`,
    ],
    [
      `Started GET "/items/17" for 127.0.0.1 at 2026-11-21 10:15:35 +0000`,
      `Completed 500 Internal Server Error in 5ms (ActiveRecord: 1.2ms)
  
ActionView::Template::Error (undefined method 'price' for nil):
    1: <h1>
    2: <%= @item.price %>

app/views/items/show.html.erb:2:in '_app_views_items_show'
app/controllers/items_controller.rb:5:in 'ItemsController#show'

Causes:
NoMethodError (undefined method 'price' for nil)
app/models/item.rb:7:in 'Item#price'`,
      `Started GET "/items/18" for 127.0.0.1 at 2026-11-21 10:15:36 +0000`,
    ],
  ],
};
