/** What the program's exit code says; docs/command-line.md lists the same. */
export const EXIT = {
  done: 0,
  /** Something failed: a wrong configuration, a sink that lacks or refused records, an unreadable log. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** `run --once` found no file to read. */
  nothing: 3,
  /** A signal ended it before it was done; what a shell reports of Ctrl-C. */
  interrupted: 130,
} as const;
