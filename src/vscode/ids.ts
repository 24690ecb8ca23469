/** Every command of the extension; the manifest and the handlers are checked against this list. */
export const COMMANDS = [
  "logMonitor.start",
  "logMonitor.stop",
  "logMonitor.pause",
  "logMonitor.resume",
  "logMonitor.addLog",
  "logMonitor.watchFile",
  "logMonitor.tryParser",
  "logMonitor.removeLog",
  "logMonitor.openDashboard",
  "logMonitor.openLogView",
  "logMonitor.openSavedQuery",
  "logMonitor.openConfiguration",
  "logMonitor.explainConfiguration",
  "logMonitor.convertConfiguration",
  "logMonitor.showOutput",
  "logMonitor.showCheckpoints",
  "logMonitor.whereIsLine",
  "logMonitor.earlierLines",
  "logMonitor.laterLines",
  "logMonitor.addSink",
  "logMonitor.testConnection",
  "logMonitor.previewSink",
  "logMonitor.resetSink",
  "logMonitor.showDeadLetters",
  "logMonitor.replayDeadLetters",
  "logMonitor.replaySince",
  "logMonitor.generateSampleLog",
  "logMonitor.stopSampleLog",
  "logMonitor.setSecret",
  "logMonitor.listSecrets",
  "logMonitor.deleteSecret",
  "logMonitor.moveSecret",
  "logMonitor.allow",
  "logMonitor.withdrawConsent",
  "logMonitor.copyDiagnostics",
  "logMonitor.restartEngine",
  "logMonitor.openLog",
  "logMonitor.copyPath",
  "logMonitor.filterLogs",
  "logMonitor.showAllLogs",
  "logMonitor.groupLogs",
] as const;
export type CommandId = (typeof COMMANDS)[number];

/** Context keys that menus and views go by. */
export const CONTEXT = {
  /** There are sources, or a configuration file. */
  configured: "logMonitor.configured",
  /** The engine runs, and has no source. */
  sourceless: "logMonitor.sourceless",
  /** The name of the engine's state. */
  engine: "logMonitor.engine",
  /** A setting has to be mended before all of it works. */
  amiss: "logMonitor.amiss",
  /** Paths of the files that are read. */
  files: "logMonitor.files",
  /** The view of logs hides some. */
  filtered: "logMonitor.filtered",
  /** There is a sink, be it the embedded store, */
  hasSinks: "logMonitor.hasSinks",
  /** one that the embedded store can be sent to again, */
  replayable: "logMonitor.replayable",
  /** one that waits before it tries again, or that failed, */
  resettable: "logMonitor.resettable",
  /** one with dead letters. */
  deadLetters: "logMonitor.deadLetters",
  /**
   * Some log can be started, stopped, paused, resumed. These change often, and are no part of an `enablement`, nor of
   * the menu of rows: when one changes that the menu asks for, VS Code draws all rows anew, under the mouse as well.
   */
  startable: "logMonitor.startable",
  stoppable: "logMonitor.stoppable",
  pausable: "logMonitor.pausable",
  resumable: "logMonitor.resumable",
  /** Something waits for the user's consent. */
  waiting: "logMonitor.waiting",
  /** Something was allowed for this workspace. */
  allowed: "logMonitor.allowed",
  /** A secret is kept. */
  secrets: "logMonitor.secrets",
  /** The sample log is being written. */
  sampling: "logMonitor.sampling",
  /** What the steps of the walkthrough ask for was done: a log is watched, */
  watched: "logMonitor.watched",
  /** lines were shown in a log view, */
  linesSeen: "logMonitor.linesSeen",
  /** figures of lines in the dashboard, */
  chartsSeen: "logMonitor.chartsSeen",
  /** and records are sent to a place that the user set up, and allowed where that is asked. */
  sent: "logMonitor.sent",
} as const;

const walkthrough = "log-monitor.log-monitor#start#";
/** Steps of the walkthrough, as the editor names them, by the key that says that they are done. */
export const STEPS: Readonly<Record<string, string>> = {
  [CONTEXT.watched]: `${walkthrough}add`,
  [CONTEXT.linesSeen]: `${walkthrough}log-view`,
  [CONTEXT.chartsSeen]: `${walkthrough}dashboard`,
  [CONTEXT.sent]: `${walkthrough}sink`,
};
