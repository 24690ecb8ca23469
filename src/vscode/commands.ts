import type { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { reasonOf, UserError } from "../errors.ts";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { Log } from "../lib/log.ts";
import type { ConfigInput, ConfigIssue } from "../protocol/engine.ts";
import type { AddLogRequest } from "./add-log.ts";
import type { Arrangement } from "./arrangement.ts";
import { type Consent, consentHandlers } from "./consent.ts";
import type { EngineHost } from "./engine-host.ts";
import { convertConfiguration } from "./explanation.ts";
import type { CommandId } from "./ids.ts";
import { lineHandlers } from "./line-trace.ts";
import type { LogView } from "./log-view.ts";
import { openConfiguration } from "./open-configuration.ts";
import type { Surroundings } from "./places.ts";
import { stateName } from "./rows.ts";
import type { SampleLog } from "./sample.ts";
import { moveHandler } from "./secret-fix.ts";
import { type Secrets, secretHandlers } from "./secrets.ts";
import { sinkHandlers, sinkOf } from "./sink-commands.ts";
import type { Previews } from "./sink-preview.ts";
import type { Standing } from "./standing.ts";
import { texts } from "./texts.ts";

interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly arrangement: Arrangement;
  readonly engine: EngineHost;
  readonly output: Log & { show(): void };
  readonly dashboard: { open(source?: string): void };
  readonly logView: Pick<LogView, "open" | "openSaved" | "moveLines">;
  readonly checkpoints: { show(): Promise<void> };
  readonly explanation: { show(): Promise<void> };
  readonly previews: Pick<Previews, "show">;
  readonly sample: SampleLog;
  readonly secrets: Secrets;
  readonly consent: Consent;
  readonly settings: () => ConfigInput;
  readonly around: () => Surroundings;
  readonly issues: () => readonly ConfigIssue[];
  readonly faults: () => readonly Standing[];
  /** Starts the thread that parsers are tried on. */
  readonly trial: () => Worker;
  /** A command was given a row of the trees. */
  readonly touched: () => void;
}

/** What a command may be given: a row of the tree, what the dashboard sends, a file of the explorer; or nothing. */
interface Argument {
  readonly id?: string;
  readonly source?: string | undefined;
  readonly path?: string | undefined;
  readonly sink?: string | undefined;
  readonly fsPath?: string;
  readonly parser?: AddLogRequest["parser"];
  readonly from?: AddLogRequest["from"];
  readonly name?: string;
  readonly value?: string;
  readonly file?: string;
  readonly key?: readonly (string | number)[];
  readonly within?: readonly string[] | undefined;
}
type Handler = (argument?: Argument) => unknown;

/** Registers every command. A failure is told to the user, who asked for it; a bug points to the output. */
export function registerCommands(parts: Parts): Disposable {
  const own = createDisposables();
  for (const [id, handler] of Object.entries(handlers(parts))) {
    own.add(
      vscode.commands.registerCommand(id, async (argument?: Argument) => {
        try {
          if (argument?.id !== undefined) parts.touched();
          return await handler(argument);
        } catch (error) {
          report(error, parts.output);
        }
      }),
    );
  }
  return own;
}

function handlers(parts: Parts): Record<CommandId, Handler> {
  const { context, engine, output, dashboard, logView, checkpoints, explanation, previews } = parts;
  const { sample, settings, around, issues, faults } = parts;
  const steer = (name: "start" | "stop" | "pause" | "resume", title: string): Handler => {
    return async (argument) => {
      const sink = sinkOf(argument);
      if (sink !== undefined && (name === "pause" || name === "resume")) {
        await engine.call(name, { sink });
        return;
      }
      const target = await pickTarget(engine, argument, title);
      if (target) await engine.call(name, target);
    };
  };
  const add: Handler = async (argument) => {
    const path = argument?.fsPath ?? argument?.path;
    const { parser, from } = argument ?? {};
    const { addLog } = await import("./flows.ts");
    const id = await addLog({ path, parser, from }, { ...parts, spawn: parts.trial });
    if (id === undefined) return undefined;
    await vscode.commands.executeCommand("logMonitor.logs.focus");
    // Who switched the store off has no use for a view of it.
    if (vscode.workspace.getConfiguration("logMonitor").get("store") !== false) logView.open(id);
    return id;
  };
  return {
    "logMonitor.start": steer("start", vscode.l10n.t("Start")),
    "logMonitor.stop": steer("stop", vscode.l10n.t("Stop")),
    "logMonitor.pause": steer("pause", vscode.l10n.t("Pause")),
    "logMonitor.resume": steer("resume", vscode.l10n.t("Resume")),
    "logMonitor.addLog": add,
    "logMonitor.watchFile": add,
    async "logMonitor.tryParser"(argument) {
      const { tryParser } = await import("./flows.ts");
      const { source, path } = argument ?? {};
      return tryParser({ source, path }, { ...parts, spawn: parts.trial });
    },
    async "logMonitor.removeLog"(argument) {
      const id = argument?.source ?? (await pickSource(engine, vscode.l10n.t("Remove Log")));
      if (!id) return;
      const { removeSource } = await import("./flows.ts");
      await removeSource(id, settings(), parts);
    },
    "logMonitor.openDashboard": (argument) => dashboard.open(argument?.source),
    "logMonitor.openLogView": (argument) => logView.open(argument?.source, argument?.path),
    "logMonitor.openSavedQuery": () => logView.openSaved(),
    "logMonitor.earlierLines": () => logView.moveLines("earlier"),
    "logMonitor.laterLines": () => logView.moveLines("later"),
    "logMonitor.openConfiguration"(argument) {
      const item = itemOf(argument);
      const amiss = faults().find(({ setting }) => setting);
      const issue = item
        ? undefined
        : issues().find(({ severity, origin }) => severity === "error" && origin !== "etcd");
      return openConfiguration(
        { issue, item: item ?? (amiss?.setting !== undefined ? [amiss.setting] : undefined) },
        settings(),
        around(),
      );
    },
    "logMonitor.explainConfiguration": () => explanation.show(),
    "logMonitor.convertConfiguration": (argument) =>
      convertConfiguration(engine, settings(), argument?.fsPath ?? argument?.path),
    "logMonitor.showOutput": () => output.show(),
    "logMonitor.showCheckpoints": () => checkpoints.show(),
    async "logMonitor.generateSampleLog"() {
      const { generateSample } = await import("./flows.ts");
      await generateSample(sample, parts);
      await vscode.commands.executeCommand("logMonitor.logs.focus");
    },
    "logMonitor.stopSampleLog": () => sample.stop(),
    async "logMonitor.copyDiagnostics"() {
      const { diagnosticsText } = await import("./flows.ts");
      const text = diagnosticsText(context, engine, settings(), issues());
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage(vscode.l10n.t("Diagnostics copied, secrets masked"), 3000);
      return text;
    },
    async "logMonitor.addSink"() {
      const { addSink } = await import("./flows.ts");
      const id = await addSink(parts);
      if (id === undefined) return undefined;
      await vscode.commands.executeCommand("logMonitor.sinks.focus");
      await parts.consent.expect(`sinks.${id}`);
      return id;
    },
    ...sinkHandlers(engine, previews),
    ...lineHandlers(engine),
    ...secretHandlers(parts.secrets),
    ...moveHandler(engine, parts.secrets),
    ...consentHandlers(parts.consent),
    ...parts.arrangement.handlers(() => engine.snapshot),
    "logMonitor.restartEngine": () => engine.retry(),
    async "logMonitor.openLog"(argument) {
      const path = await pickPath(engine, argument, vscode.l10n.t("Open Log"));
      if (path) await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(path));
    },
    async "logMonitor.copyPath"(argument) {
      const path = await pickPath(engine, argument, vscode.l10n.t("Copy Path"));
      if (path) await vscode.env.clipboard.writeText(path);
      return path;
    },
  };
}

/** Where a row of the trees is configured. */
function itemOf({ id = "", source }: Argument = {}): readonly string[] | undefined {
  if (source !== undefined) return ["sources", source];
  const sink = sinkOf({ id });
  if (sink === "store") return ["store"];
  return sink === undefined ? undefined : ["sinks", sink];
}

/** The source the argument names; else the user's choice, where there is one to make. */
async function pickTarget(
  engine: EngineHost,
  argument: Argument | undefined,
  title: string,
): Promise<{ readonly source?: string } | undefined> {
  if (argument?.source) return { source: argument.source };
  const sources = engine.snapshot?.sources ?? [];
  if (sources.length === 1) return {};
  const all = { label: vscode.l10n.t("All logs"), target: {} };
  const each = choices(engine).map((choice) => ({ ...choice, target: { source: choice.label } }));
  return (await vscode.window.showQuickPick<typeof all>([all, ...each], { title }))?.target;
}

/** One of the sources, chosen by the user also where there is but one. */
async function pickSource(engine: EngineHost, title: string): Promise<string | undefined> {
  return (await vscode.window.showQuickPick(choices(engine), { title }))?.label;
}

/** The sources with their states. */
function choices(engine: EngineHost): { label: string; description: string }[] {
  const sources = engine.snapshot?.sources ?? [];
  if (sources.length === 0) throw new UserError(vscode.l10n.t("No log is watched yet: use Add Log… first."));
  return sources.map(({ id, state }) => ({ label: id, description: stateName(state, texts) }));
}

/** The path the argument names; else one of the files of its source, or of all sources. */
async function pickPath(
  engine: EngineHost,
  argument: Argument | undefined,
  title: string,
): Promise<string | undefined> {
  if (argument?.path) return argument.path;
  const sources = engine.snapshot?.sources ?? [];
  const paths = sources
    .filter(({ id }) => !argument?.source || id === argument.source)
    .flatMap(({ files }) => files.filter(({ stream }) => !stream).map(({ path }) => path));
  if (paths.length === 0) throw new UserError(vscode.l10n.t("No file is there yet."));
  if (paths.length === 1) return paths[0];
  return vscode.window.showQuickPick(paths, { title });
}

/** Tells a failure to the user, who asked for what failed. */
export function report(error: unknown, output: Log & { show(): void }): void {
  const reason = reasonOf(error);
  const known = error instanceof Error && (error.name === "UserError" || error.name === "RemoteError");
  if (!known) output.error(error instanceof Error ? (error.stack ?? reason) : reason);
  const show = vscode.l10n.t("Show Output");
  // Not awaited: the command is over, whether or not the message is closed.
  vscode.window.showErrorMessage(`Log Monitor: ${reason}`, show).then((choice) => {
    if (choice === show) output.show();
  });
}
