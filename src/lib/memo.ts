/**
 * A copy of a text that was cut from a longer one. V8 cuts without copying, so that whatever keeps the piece
 * keeps the whole: what outlives its line must be kept by this. Numbers and all else come back as they are.
 */
export function detached<Value>(value: Value): Value {
  return typeof value === "string" ? (JSON.parse(JSON.stringify(value)) as Value) : value;
}

/** After so many look-ups it is decided whether remembering pays. */
const TRIAL = 4096;
const LIMIT = 16_384;

/**
 * Remembers what a pure function made of a value, while values repeat: log fields take few values (methods,
 * agents, rounded times) or nearly all different ones (addresses, ids), and a look-up of the first kind is
 * cheaper than making the text again. Bounded; of the second kind nothing is kept after a short trial.
 */
export function memo<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  let lookups = 0;
  let misses = 0;
  let useless = false;
  return (key) => {
    if (useless) return make(key);
    lookups++;
    const found = known.get(key);
    if (found !== undefined) return found;
    misses++;
    if (lookups >= TRIAL) {
      useless = misses * 2 > lookups;
      lookups = 0;
      misses = 0;
      if (useless || known.size >= LIMIT) known.clear();
    }
    const own = detached(key);
    const made = make(own);
    known.set(own, made);
    return made;
  };
}

/** Thousandths up to this many are kept: times of up to 16 s with three digits. */
const THOUSANDTHS = 16_384;

/**
 * Like `memo` for numbers that are mostly small multiples of 0.001, as logged times are: those are found by
 * index, which is several times faster than by hash.
 */
export function memoNumber<Value>(make: (value: number) => Value): (value: number) => Value {
  // Of its full length from the start: one that grows by leaps is kept as a hash table.
  const known = new Array<Value | undefined>(THOUSANDTHS);
  return (value) => {
    const index = Math.round(value * 1000);
    if (!(index >= 0 && index < THOUSANDTHS && index / 1000 === value) || Object.is(value, -0))
      return make(value);
    const found = known[index];
    if (found !== undefined) return found;
    const made = make(value);
    known[index] = made;
    return made;
  };
}
