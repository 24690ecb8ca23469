import { fileOptions } from "../file/options.ts";

const { encoding, maxLineBytes, partialAfter } = fileOptions.shape;

/** Options of all that reads lines from a stream of bytes. */
export const lineOptions = {
  encoding: encoding.describe(
    "Of what does not begin with a byte order mark: auto takes it for UTF-8; else a name like utf-16le, gbk, shift_jis, latin1 or windows-1252.",
  ),
  maxLineBytes,
  partialAfter: partialAfter.describe(
    "A line without its line end is taken as it is when nothing came for this many ms.",
  ),
};
