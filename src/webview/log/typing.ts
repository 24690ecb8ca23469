/** Between a key that follows another at once and the search, in ms: keys of one stroke of a hand come within it. */
const PAUSE = 25;
/** A key this long (ms) after the one before is searched for at once. */
const CALM = 100;
/** For the rest of an operator, in ms: its beginning would be searched for as a word, and hide what one looks at. */
const OPERATOR = 600;
const BEGUN = /[\s()](AN?|O|NO?)$/;

/**
 * How long (ms) is waited for another key before what is written is searched for.
 * @param since the key before, in ms
 */
export function restAfter(written: string, since: number): number {
  if (BEGUN.test(written)) return OPERATOR;
  return since >= CALM ? 0 : PAUSE;
}
