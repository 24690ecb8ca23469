declare module "kafkajs/src/protocol/encoder.js" {
  /** What kafkajs writes requests with. It has no types of its own. */
  class Encoder {
    buf: Buffer;
    offset: number;
    ensureAvailable(length: number): void;
    writeUVarInt(value: number): this;
    writeVarLong(value: unknown): this;
    static sizeOfVarLong(value: unknown): number;
  }
  export default Encoder;
}
