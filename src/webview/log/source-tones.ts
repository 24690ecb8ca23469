import { lettersOf } from "./source-letters.ts";

/** So many colours the stylesheet has for sources; of more, several share one. */
export const TONES = 6;

/** Which colour each source has, beside its name. It keeps it while the view is there. */
export interface SourceTones {
  /** These are there. Whether a colour is another, or new. */
  update(sources: readonly string[]): boolean;
  /** There are two or more, which are to be told apart. */
  readonly several: boolean;
  /** As the stylesheet calls it; undefined while there is one source alone, which is told from none. */
  of(source: string): string | undefined;
  /** Letters that stand for it where its name has no room; undefined as above. */
  letters(source: string): string | undefined;
}

export function createSourceTones(): SourceTones {
  const tones = new Map<string, number>();
  const letters = new Map<string, string>();
  const used = (tone: number): number => [...tones.values()].filter((one) => one === tone).length;

  /** By its name, so that it is the same in all views, unless another has that. */
  const choose = (source: string): number => {
    const wanted = hashOf(source) % TONES;
    const all = Array.from({ length: TONES }, (_, i) => (wanted + i) % TONES);
    const least = Math.min(...all.map(used));
    return all.find((tone) => used(tone) === least) ?? wanted;
  };

  return {
    update(sources) {
      const before = tones.size;
      for (const source of [...sources].sort()) {
        if (tones.has(source)) continue;
        tones.set(source, choose(source));
        letters.set(source, lettersOf(source, new Set(letters.values())));
      }
      return tones.size !== before;
    },
    get several() {
      return tones.size > 1;
    },
    letters: (source) => (letters.size < 2 ? undefined : letters.get(source)),
    of: (source) => (tones.size < 2 ? undefined : tones.get(source)?.toString()),
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
