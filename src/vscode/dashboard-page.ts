interface Page {
  readonly script: string;
  readonly style: string;
  /** What a webview's own resources are served from. */
  readonly cspSource: string;
  readonly nonce: string;
  /** BCP 47, as `vscode.env.language` has it. */
  readonly language: string;
  /** The translations of the editor's language, by English text; undefined for English. */
  readonly bundle: unknown;
  readonly title: string;
}

/**
 * The page of a webview. Nothing but our script and our styles is let in: no inline code, no connection.
 * Styles that the components set at run time go through CSSOM, which the policy lets pass.
 */
export function dashboardPage({ script, style, cspSource, nonce, language, bundle, title }: Page): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${quoted(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${quoted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${quoted(title)}</title>
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${quoted(style)}">
</head>
<body data-l10n="${quoted(JSON.stringify(bundle ?? {}))}">
<script type="module" nonce="${nonce}" src="${quoted(script)}"></script>
</body>
</html>
`;
}

function quoted(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
