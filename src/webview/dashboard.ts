import "@vscode/codicons/dist/codicon.css";
import "./dashboard.css";

document.body.append("Log Monitor");
