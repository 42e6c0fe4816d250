import { randomBytes } from 'node:crypto';

export interface PageHtml {
  readonly title: string;
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** As given by `webview.asWebviewUri`. */
  readonly scriptUri: string;
  readonly styleUri: string;
  /** What the page is about (a session's id): the page keeps it in its state, by which it is found again after a reload. */
  readonly subject: string;
  readonly nonce?: string;
}

/**
 * The document of a page. Nothing is allowed but our own script (by nonce), our own styles, fonts and images: no inline code, no `eval`, no
 * network. The style nonce is for the sheets that the UI toolkit makes, which looks it up in the `csp-nonce` element.
 */
export function webviewHtml({ title, cspSource, scriptUri, styleUri, subject, nonce = newNonce() }: PageHtml): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta property="csp-nonce" content="${escaped(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(styleUri)}">
</head>
<body>
<div id="root" data-subject="${escaped(subject)}"></div>
<script nonce="${escaped(nonce)}" src="${escaped(scriptUri)}"></script>
</body>
</html>`;
}

function newNonce(): string {
  return randomBytes(16).toString('base64url');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
