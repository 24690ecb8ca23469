// Runs in the try-out's VS Code only: shows at once what there is to see. Later windows are left as the user
// left them.
const vscode = require("vscode");

exports.activate = async ({ workspaceState }) => {
  if (workspaceState.get("opened")) return;
  await workspaceState.update("opened", true);
  await vscode.extensions.getExtension("log-monitor.log-monitor")?.activate();
  await vscode.commands.executeCommand("workbench.view.extension.logMonitor");
  await vscode.commands.executeCommand("logMonitor.openDashboard");
};
