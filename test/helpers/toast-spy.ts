import type { Page } from "playwright-core";

/** What a window told in notifications and dialogs, over its reloads too. */
export interface ToastSpy {
  /** To be called while the page is open; forgets what it tells. */
  end(): Promise<{
    /** What was told that nobody asked for, each in a sentence. */
    readonly unasked: readonly string[];
    /** What was asked for and never came. */
    readonly missing: readonly string[];
  }>;
}

/** What the editor itself has to say on a slow machine: of a server that it lost for a while, of a start. */
const EDITOR = [
  /^(Disconnected\. )?Attempting to reconnect/,
  /^Cannot reconnect\./,
  /^Activating Extensions\.\.\.$/,
];

/**
 * Runs in the page. It hears what a screen reader is told of each notification as it comes, whoever it is of: the
 * editor shows no toasts to automation, and a toast names its source only while it is unfolded.
 */
const SCRIPT = `
if (window === window.top) {
  const told = new Set();
  const tell = (text) => {
    if (text === "" || told.has(text)) return;
    told.add(text);
    toastSeen(text);
  };
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      if (!target.classList?.contains("monaco-alert")) continue;
      for (const { textContent } of addedNodes)
        tell(/^(?:Error|Warning|Info): (.*)$/s.exec(textContent)?.[1].trim() ?? "");
    }
    for (const dialog of document.querySelectorAll(".monaco-dialog-box")) {
      const parts = dialog.querySelectorAll(".dialog-message-text, .dialog-message-detail");
      tell([...parts].map(({ textContent }) => textContent.trim()).join(" ").trim());
    }
  }).observe(document, { childList: true, subtree: true });
}
`;

/**
 * Watches the notifications and dialogs that `page` shows; to be called before it is opened. A user is told in views
 * and in the one status item: anything else answers what the user did.
 * @param asked what the tests of this window do that is answered so
 */
export async function watchToasts(page: Page, asked: readonly RegExp[]): Promise<ToastSpy> {
  const seen = new Set<string>();
  await page.exposeFunction("toastSeen", (text: string) => void seen.add(text));
  await page.addInitScript(SCRIPT);
  let awaited = asked;
  return {
    async end() {
      // What the page has sent comes before its answer.
      if (!page.isClosed()) await page.evaluate("0").catch(() => undefined);
      const texts = [...seen];
      const unasked = texts.filter((text) => ![...asked, ...EDITOR].some((pattern) => pattern.test(text)));
      const missing = awaited.filter((pattern) => !texts.some((text) => pattern.test(text)));
      seen.clear();
      awaited = [];
      return {
        unasked: unasked.map((text) => `Nobody asked for the notification "${text}".`),
        missing: missing.map((pattern) => `The notification ${pattern} did not come.`),
      };
    },
  };
}
