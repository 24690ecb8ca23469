import { languageTag } from "../lib/language-tag.ts";

// uPlot gives the browser's language to Intl as it loads, which throws for `en-US@posix` and leaves the page
// blank: to be imported before it.
Object.defineProperty(navigator, "language", { value: languageTag(navigator.language) });
