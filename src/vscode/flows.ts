// What is asked step by step, and other answers to rare wishes: a bundle of its own, which is loaded with the first.
export { addLog } from "./add-log.ts";
export { addSink } from "./add-sink.ts";
export { saveFile } from "./dashboard-save.ts";
export { diagnosticsText } from "./diagnostics.ts";
export { exportResult } from "./export.ts";
export { tellExported } from "./export-told.ts";
export { openFrame } from "./frames.ts";
export { generateSample } from "./generate-sample.ts";
export { setOpening } from "./log-view-opening.ts";
export { openLine } from "./open-line.ts";
export { pickSavedQuery } from "./pick-saved-query.ts";
export { removeSource } from "./remove-log.ts";
export { replayFromTime } from "./sink-replay.ts";
export { tryParser } from "./try-parser.ts";
