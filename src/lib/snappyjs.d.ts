/** It has no types of its own. */
declare module "snappyjs" {
  const snappy: {
    compress(data: Buffer): Buffer;
    /** @throws Error when the data is damaged */
    uncompress(packed: Buffer): Buffer;
  };
  export default snappy;
}
