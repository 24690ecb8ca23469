// What is asked step by step: a bundle of its own, which is loaded with the first question.
export { addLog, writeSource } from "./add-log.ts";
export { addSink } from "./add-sink.ts";
export { pickSavedQuery } from "./pick-saved-query.ts";
export { removeSource } from "./remove-log.ts";
export { replayFromTime } from "./sink-replay.ts";
export { tryParser } from "./try-parser.ts";
