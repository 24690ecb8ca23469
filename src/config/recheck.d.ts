/** The build of recheck that runs without a process of its own; it is CommonJS, and has no types of its own. */
declare module "recheck/lib/browser.js" {
  import type { checkSync } from "recheck";

  const recheck: { readonly checkSync: typeof checkSync };
  export default recheck;
}
