import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { Waiting } from "../protocol/engine.ts";

/** What the user allowed the workspace to do: to send to a server, to read from one, to run a command. */
export interface Consent {
  /** Servers and command lines that were allowed for this workspace. */
  allowed(): readonly string[];
  /** Asks for what was not asked in this window before. */
  ask(waiting: readonly Waiting[]): Promise<void>;
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
  const asked = new Set<string>();
  const kept = (): Kept => state.get<Kept>(KEPT, {});
  const allowed = (): readonly string[] => kept()[workspaceKey()] ?? [];
  const keep = async (wants: readonly string[]): Promise<void> => {
    await state.update(KEPT, { ...kept(), [workspaceKey()]: wants });
    await changed();
  };
  return {
    allowed,
    get waiting() {
      return waiting;
    },
    async ask(now) {
      waiting = now;
      for (const { part, wants } of now) {
        for (const want of wants) {
          if (asked.has(want)) continue;
          asked.add(want);
          if (await isAllowed(part, want)) await keep([...new Set([...allowed(), want])]);
        }
      }
    },
    async allow(part) {
      const wants = waiting.find((one) => one.part === part)?.wants ?? [];
      await keep([...new Set([...allowed(), ...wants])]);
    },
    async withdraw(want) {
      asked.delete(want);
      await keep(allowed().filter((one) => one !== want));
    },
  };
}

/** A folder or .code-workspace by its address; what is open without one is the window of this user alone. */
function workspaceKey(): string {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  return (workspaceFile ?? workspaceFolders[0]?.uri)?.toString() ?? "";
}

async function isAllowed(part: string, want: string): Promise<boolean> {
  const allow = vscode.l10n.t("Allow");
  const later = vscode.l10n.t("Not Now");
  return (await vscode.window.showWarningMessage(question(part, want), allow, later)) === allow;
}

function question(part: string, want: string): string {
  if (part === "etcd") {
    return vscode.l10n.t(
      "Log Monitor: allow reading the configuration from etcd at {0}? This workspace defines it.",
      want,
    );
  }
  if (part.startsWith("sinks.")) {
    return vscode.l10n.t("Log Monitor: allow sending logs to {0}? This workspace defines {1}.", want, part);
  }
  return /^[a-z]+:\/\/\S+$/.test(want)
    ? vscode.l10n.t("Log Monitor: allow reading logs from {0}? This workspace defines {1}.", want, part)
    : vscode.l10n.t("Log Monitor: allow running {0}? This workspace defines {1}.", want, part);
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
  const items = waiting.map(({ part, wants }) => ({ label: part, description: wants.join(", ") }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Allow") }))?.label;
}
