// Folders of a repository that is somewhere else, as extensions for GitHub or FTP show them: read-only, in memory.
const vscode = require("vscode");

const settings = {
  "logMonitor.sources": { web: { type: "file", paths: ["logs/*.log"], parser: "plain", from: "start" } },
};
const files = new Map([
  ["/project/logs/app.log", "a line\n"],
  ["/project/.vscode/settings.json", JSON.stringify(settings)],
  ["/team.code-workspace", JSON.stringify({ folders: [{ uri: "virtual-files:/project" }], settings })],
]);

/** What stands directly below a folder, by name. */
function below(path) {
  const inside = [...files.keys()].filter((file) => file.startsWith(`${path}/`));
  const parts = inside.map((file) => file.slice(path.length + 1).split("/"));
  return new Map(
    parts.map(([name, ...rest]) => [
      name,
      rest.length > 0 ? vscode.FileType.Directory : vscode.FileType.File,
    ]),
  );
}

exports.activate = (context) => {
  const provider = {
    onDidChangeFile: new vscode.EventEmitter().event,
    watch: () => new vscode.Disposable(() => {}),
    stat(uri) {
      const text = files.get(uri.path);
      if (text !== undefined) return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: text.length };
      if (below(uri.path).size === 0) throw vscode.FileSystemError.FileNotFound(uri);
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    },
    readDirectory: (uri) => [...below(uri.path)],
    readFile(uri) {
      const text = files.get(uri.path);
      if (text === undefined) throw vscode.FileSystemError.FileNotFound(uri);
      return new TextEncoder().encode(text);
    },
    createDirectory: (uri) => refuse(uri),
    writeFile: (uri) => refuse(uri),
    delete: (uri) => refuse(uri),
    rename: (uri) => refuse(uri),
  };
  const refuse = (uri) => {
    throw vscode.FileSystemError.NoPermissions(uri);
  };
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider("virtual-files", provider, { isReadonly: true }),
  );
};
