/** Where the engine says what it does. Hosts choose the place: an output channel, stderr, nowhere. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
