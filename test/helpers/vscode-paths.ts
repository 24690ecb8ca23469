import { resolve } from "node:path";

/** The root of the repository. */
export const repository = resolve(import.meta.dirname, "..", "..");

/** Where screenshots and logs of test runs are kept (ignored by git). */
export const artefacts = resolve(repository, "artefacts");
