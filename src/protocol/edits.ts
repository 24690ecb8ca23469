// Edits of texts that hold the configuration, and what is asked for them.

/** A secret in a text of settings (with the keys above them) or of a configuration file. */
export interface SecretPlace {
  readonly text: string;
  readonly path: readonly (string | number)[];
  readonly within?: readonly string[];
  /** Names that other secrets have. */
  readonly taken: readonly string[];
}

/** What puts a reference in the place of a secret: the text from `start` to `end` (exclusive) is replaced. */
export interface SecretEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly name: string;
  readonly value: string;
}

/** An entry to be added to one of our settings, in the text of a settings.json or .code-workspace. */
export interface EntryPlace {
  readonly text: string;
  /** Keys above the settings: ["settings"] in a .code-workspace. */
  readonly within: readonly string[];
  /** Of the setting without prefix, like `sinks`. */
  readonly key: string;
  readonly id: string;
  /** Undefined: what is there is taken away. */
  readonly value: unknown;
  /** One of the entry's options, in place of the entry. */
  readonly option?: string | undefined;
  /** What the setting is by the editor's account: a text that has another is of other settings. */
  readonly expected?: unknown;
}

/** The switch of a source in the text of settings (with the keys above them) or of a configuration file. */
export interface SwitchPlace {
  readonly text: string;
  readonly within?: readonly string[];
  /** As it is called there: without the name of a workspace folder. */
  readonly id: string;
  readonly enabled: boolean;
}

/** An option of a source in the text of a configuration file. */
export interface OptionPlace {
  readonly text: string;
  readonly id: string;
  readonly option: string;
  /** Undefined: what is there is taken away. */
  readonly value: unknown;
}

/** What replaces `length` characters of a text from `offset` on. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}
