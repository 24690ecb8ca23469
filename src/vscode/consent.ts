import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { Waiting } from "../protocol/engine.ts";

/** What the user allowed the workspace to do: to send to a server, to read from one, to run a command. */
export interface Consent {
  /** Servers and command lines that were allowed for this workspace. */
  allowed(): readonly string[];
  /** Takes down what waits. Asks for what `expect` named: nobody is asked who has not just done something. */
  heed(waiting: readonly Waiting[]): Promise<void>;
  /** The user has just written a sink, which waits or may come to. */
  expect(part: string): Promise<void>;
  /** Allows what a part wants, `sinks.id` or `sources.id`. */
  allow(part: string): Promise<void>;
  /** The parts that wait. */
  readonly waiting: readonly Waiting[];
  withdraw(want: string): Promise<void>;
}

/** By workspace: what was allowed there. */
type Kept = Readonly<Record<string, readonly string[]>>;
const KEPT = "allowed";

/** @param changed applies the configuration again */
export function createConsent(state: vscode.Memento, changed: () => Promise<void>): Consent {
  let waiting: readonly Waiting[] = [];
  const expected = new Set<string>();
  const kept = (): Kept => state.get<Kept>(KEPT, {});
  const allowed = (): readonly string[] => kept()[workspaceKey()] ?? [];
  const keep = async (wants: readonly string[]): Promise<void> => {
    await state.update(KEPT, { ...kept(), [workspaceKey()]: wants });
    await changed();
  };
  const ask = async ({ part, wants }: Waiting): Promise<void> => {
    for (const want of wants) if (await maySend(part, want)) await keep([...new Set([...allowed(), want])]);
  };
  return {
    allowed,
    get waiting() {
      return waiting;
    },
    async heed(now) {
      waiting = now;
      for (const one of now) if (expected.delete(one.part)) await ask(one);
    },
    async expect(part) {
      const one = waiting.find((known) => known.part === part);
      if (one) await ask(one);
      else expected.add(part);
    },
    async allow(part) {
      const wants = waiting.find((one) => one.part === part)?.wants ?? [];
      await keep([...new Set([...allowed(), ...wants])]);
    },
    async withdraw(want) {
      await keep(allowed().filter((one) => one !== want));
    },
  };
}

/** A folder or .code-workspace by its address; what is open without one is the window of this user alone. */
function workspaceKey(): string {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  return (workspaceFile ?? workspaceFolders[0]?.uri)?.toString() ?? "";
}

async function maySend(part: string, want: string): Promise<boolean> {
  const allow = vscode.l10n.t("Allow");
  const later = vscode.l10n.t("Not Now");
  const question = vscode.l10n.t(
    "Log Monitor: allow sending logs to {0}? This workspace defines {1}.",
    want,
    part,
  );
  return (await vscode.window.showWarningMessage(question, allow, later)) === allow;
}

/** What a command may be given: a row of the trees, or what the dashboard sends. */
interface Argument {
  readonly id?: string;
  readonly source?: string | undefined;
  readonly sink?: string | undefined;
}

export function consentHandlers(consent: Consent) {
  return {
    async "logMonitor.allow"(argument?: Argument): Promise<void> {
      const part = partOf(argument) ?? (await pickWaiting(consent.waiting));
      if (part !== undefined) await consent.allow(part);
    },
    async "logMonitor.withdrawConsent"(): Promise<void> {
      const wants = consent.allowed();
      if (wants.length === 0)
        throw new UserError(vscode.l10n.t("Nothing was allowed for this workspace that could be withdrawn."));
      const title = vscode.l10n.t("Withdraw Consent");
      const want = await vscode.window.showQuickPick(wants, { title });
      if (want !== undefined) await consent.withdraw(want);
    },
  };
}

function partOf({ id, source, sink }: Argument = {}): string | undefined {
  if (source !== undefined) return `sources.${source}`;
  const named = sink ?? /^sink:(.+)$/.exec(id ?? "")?.[1];
  return named === undefined ? undefined : `sinks.${named}`;
}

async function pickWaiting(waiting: readonly Waiting[]): Promise<string | undefined> {
  if (waiting.length === 0) throw new UserError(vscode.l10n.t("Nothing waits for consent."));
  const items = waiting.map(({ part, wants }) => ({ label: part, detail: wants.join(", ") }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Allow") }))?.label;
}
