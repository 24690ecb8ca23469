import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { Listen } from "./engine-host.ts";

/** Secrets of the user, by name, in the editor's secret storage. Their values go to the engine's memory alone. */
export interface Secrets extends Disposable {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
  /** In the order of the alphabet. */
  names(): readonly string[];
  /** One was set or deleted, in this window or another. */
  readonly onChanged: Listen<string>;
}

/** What a command may be given in place of asking for it. */
interface Argument {
  readonly name?: string;
  readonly value?: string;
}

const PREFIX = "secret:";
/** The storage lists no names before VS Code 1.105: they are kept beside it. */
const NAMES = "secretNames";

export function createSecrets({
  secrets,
  globalState,
}: Pick<vscode.ExtensionContext, "secrets" | "globalState">): Secrets {
  const own = createDisposables();
  const changed = own.add(new vscode.EventEmitter<string>());
  own.add(
    secrets.onDidChange(({ key }) => {
      if (key.startsWith(PREFIX)) changed.fire(key.slice(PREFIX.length));
    }),
  );
  const names = (): readonly string[] => globalState.get<readonly string[]>(NAMES, []);
  return {
    get: async (name) => secrets.get(PREFIX + name),
    async set(name, value) {
      await globalState.update(NAMES, [...new Set([...names(), name])].sort());
      await secrets.store(PREFIX + name, value);
    },
    async delete(name) {
      await secrets.delete(PREFIX + name);
      await globalState.update(
        NAMES,
        names().filter((one) => one !== name),
      );
    },
    names,
    onChanged: changed.event,
    dispose: () => own.dispose(),
  };
}

/** The commands on secrets: values are typed in, and never shown. */
export function secretHandlers(secrets: Secrets) {
  return {
    async "logMonitor.setSecret"(argument?: Argument): Promise<void> {
      const name = argument?.name ?? (await askName());
      if (name === undefined) return;
      const value = argument?.value ?? (await askValue(name));
      if (value === undefined) return;
      await secrets.set(name, value);
      const told = vscode.l10n.t("Secret set: settings name it as {0}", referenceTo(name));
      vscode.window.setStatusBarMessage(told, 5000);
    },
    async "logMonitor.listSecrets"(): Promise<readonly string[]> {
      const names = some(secrets);
      const title = vscode.l10n.t("Secrets: choose one to copy the reference to it");
      // Not awaited: whoever asked for the names has them.
      vscode.window.showQuickPick(names, { title }).then(async (name) => {
        if (name !== undefined) await vscode.env.clipboard.writeText(referenceTo(name));
      });
      return names;
    },
    async "logMonitor.deleteSecret"(argument?: Argument): Promise<void> {
      const title = vscode.l10n.t("Delete Secret");
      const name = argument?.name ?? (await vscode.window.showQuickPick(some(secrets), { title }));
      if (name !== undefined) await secrets.delete(name);
    },
  };
}

function some(secrets: Secrets): readonly string[] {
  const names = secrets.names();
  if (names.length === 0) throw new UserError(vscode.l10n.t("There is no secret yet: use Set Secret…."));
  return names;
}

function askName(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Set Secret (1/2)"),
    prompt: vscode.l10n.t("Name of the secret, as settings have it in {0}", referenceTo("NAME")),
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^[\w./-]+$/.test(text) ? undefined : vscode.l10n.t("Use letters, digits, _ . / and -"),
  });
}

function askValue(name: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Set Secret (2/2)"),
    prompt: vscode.l10n.t("Value of {0}: it is kept in the secret storage of the editor", name),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" ? vscode.l10n.t("Type the secret") : undefined),
  });
}

const referenceTo = (name: string): string => `\${secret:${name}}`;
