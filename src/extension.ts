import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { reasonOf } from "./errors.ts";
import { createDisposables } from "./lib/disposables.ts";
import type { Snapshot } from "./model.ts";
import type { ConfigIssue } from "./protocol/engine.ts";
import { createArrangement } from "./vscode/arrangement.ts";
import { createCheckpointsDocument } from "./vscode/checkpoints.ts";
import { registerCommands, report } from "./vscode/commands.ts";
import { createConsent } from "./vscode/consent.ts";
import { createContextKeys } from "./vscode/context-keys.ts";
import { createDashboard } from "./vscode/dashboard.ts";
import { createExplanationDocument } from "./vscode/explanation.ts";
import { createEngineHost } from "./vscode/host.ts";
import { createOutput } from "./vscode/log.ts";
import { createLogView } from "./vscode/log-view.ts";
import { createNotices } from "./vscode/notices.ts";
import { createProblems } from "./vscode/problems.ts";
import { createSampleLog } from "./vscode/sample.ts";
import { offerFixes } from "./vscode/secret-fix.ts";
import { createSecrets } from "./vscode/secrets.ts";
import { collectSettings, followSettings, hasSettings, surroundings } from "./vscode/settings.ts";
import { createPreviews } from "./vscode/sink-preview.ts";
import { sinkRows } from "./vscode/sink-rows.ts";
import { testEditedSinks } from "./vscode/sink-test.ts";
import { standing } from "./vscode/standing.ts";
import { createStatus } from "./vscode/status.ts";
import { createSwitches } from "./vscode/switches.ts";
import { texts } from "./vscode/texts.ts";
import { createTree, type Handle } from "./vscode/tree.ts";

/** What other extensions, and the tests, may use. */
export interface LogMonitor {
  /** Resolves once the settings as they are now have been applied or refused; starts nothing without any. */
  ready(): Promise<void>;
  snapshot(): Snapshot | undefined;
  /** Processor time (ms) that `activate` took: what else runs on the machine does not count. */
  readonly activatedIn: number;
  /** What the views show. */
  readonly logs: vscode.TreeDataProvider<Handle>;
  readonly sinks: vscode.TreeDataProvider<Handle>;
}

/** `deactivate` is not told what it ends: the one thing this module remembers. */
let close: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): LogMonitor {
  const before = process.cpuUsage();
  const own = createDisposables();
  context.subscriptions.push(own);
  const dist = join(context.extensionPath, "dist");
  const worker = {
    // For those who look at a process and ask whose its threads are.
    name: "log-monitor",
    workerData: { role: "engine" },
    execArgv: [],
    stdout: true,
    stderr: true,
    // All that waits is bounded in bytes, so this is never come near; should it be, the thread ends and not the host.
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  };

  const output = own.add(createOutput());
  const secrets = own.add(createSecrets(context));
  const consent = createConsent(context.globalState, () => follow.now());
  const settings = () => ({ ...collectSettings(context), allowed: consent.allowed(), plainSecrets: true });
  const engine = createEngineHost({
    spawn: () => new Worker(join(dist, "worker.js"), worker),
    collect: settings,
    secret: secrets.get,
    log: output,
    texts,
  });
  close = () => engine.close();

  let issues: readonly ConfigIssue[] = [];
  const faults = () => {
    const { state, snapshot } = engine;
    const { waiting } = consent;
    return standing({ state, issues, snapshot, trusted: vscode.workspace.isTrusted, waiting }, texts);
  };
  const memento = context.workspaceState;
  const arrangement = own.add(createArrangement(memento));
  const switches = createSwitches(engine, settings, () => surroundings(context));
  const logs = own.add(
    createTree("logMonitor.logs", engine, memento, (snapshot) => {
      switches.settle();
      return arrangement.rows(snapshot, switches.wishes);
    }),
  );
  const sinks = own.add(createTree("logMonitor.sinks", engine, memento, (it) => sinkRows(it, texts)));
  const notices = own.add(createNotices(logs.view, engine, faults, arrangement.sign));
  own.add(
    arrangement.onChange(() => {
      logs.redraw();
      notices.draw();
    }),
  );
  own.add(
    logs.view.onDidChangeCheckboxState(({ items }) => {
      for (const [{ id, source }, state] of items) {
        if (source === undefined) continue;
        const on = state === vscode.TreeItemCheckboxState.Checked;
        const failed = (error: unknown): void => {
          report(error, output);
          logs.spoilt(id);
        };
        void switches.set(source, on).then(logs.redraw, failed);
        logs.redraw();
      }
    }),
  );
  const status = own.add(createStatus(engine, faults));
  const problems = own.add(createProblems(settings, () => surroundings(context)));
  own.add(offerFixes(problems, () => surroundings(context)));
  const sample = own.add(createSampleLog(join(dist, "cli.js"), output));
  const logView = own.add(
    createLogView({
      context,
      engine,
      around: () => surroundings(context),
      spawn: () => new Worker(join(dist, "query.js"), { ...worker, workerData: { role: "query" } }),
      log: output,
    }),
  );
  const dashboard = own.add(createDashboard(context, engine, logView));
  const checkpoints = own.add(createCheckpointsDocument(engine));
  const explanation = own.add(createExplanationDocument(engine));
  const previews = own.add(createPreviews(engine));
  own.add(
    registerCommands({
      context,
      arrangement,
      engine,
      output,
      dashboard,
      logView,
      checkpoints,
      explanation,
      previews,
      sample,
      secrets,
      consent,
      settings,
      around: () => surroundings(context),
      issues: () => issues,
      faults,
      trial: () => new Worker(join(dist, "trial.js"), { ...worker, workerData: { role: "trial" } }),
      touched() {
        logs.touched();
        sinks.touched();
      },
    }),
  );

  own.add(testEditedSinks(engine, settings, () => surroundings(context), output));
  const keys = own.add(createContextKeys(engine, sample, secrets, consent));
  const tellAmiss = () => keys.setAmiss(faults().some(({ setting }) => setting));
  own.add(engine.onSnapshot(tellAmiss));
  const redraw = (): void => {
    tellAmiss();
    notices.draw();
    status.draw();
  };
  own.add(engine.onState(redraw));
  own.add(
    engine.onApplied((result) => {
      ({ issues } = result);
      for (const { key, path, message } of issues) {
        const place = [...(key === undefined ? [] : [`etcd ${key}`]), path.join(".")].filter(Boolean);
        output.warn([...place, message].join(": "));
      }
      problems.show(issues).catch((error) => output.error(reasonOf(error)));
      consent.heed(result.waiting ?? []).catch((error) => output.error(reasonOf(error)));
      redraw();
    }),
  );

  const apply = async (): Promise<void> => {
    const configured = hasSettings(context);
    keys.setConfigured(configured);
    // A thread that runs is told of settings that are gone, too.
    if (configured || engine.state.name !== "idle") await engine.configure();
  };
  const follow = own.add(followSettings(context, apply, output));
  follow.now().catch(() => undefined);
  own.add(secrets.onChanged(() => void follow.now().catch(() => undefined)));
  const { user, system } = process.cpuUsage(before);
  return {
    ready: follow.now,
    snapshot: () => engine.snapshot,
    activatedIn: (user + system) / 1000,
    logs: logs.provider,
    sinks: sinks.provider,
  };
}

export function deactivate(): Promise<void> | undefined {
  return close?.();
}
