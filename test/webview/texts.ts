import { createFormats } from "../../src/webview/formats.ts";
import { createL10n } from "../../src/webview/l10n.ts";

/** English as it is written. */
export const texts = { l10n: createL10n({}), formats: createFormats("en") };
