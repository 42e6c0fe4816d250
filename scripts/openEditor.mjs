// Opens a repository in VS Code with the extension loaded: the installed `code`, else code-server in the browser.
import path from 'node:path';
import { accessSync, constants } from 'node:fs';
import { say } from './bootstrap.mjs';
import { startCodeServer } from './codeServer.mjs';
import { ensureEditorPackages } from './editorPackages.mjs';
import { run, untilInterrupted } from './processes.mjs';

const openLimitMs = 60_000;

/** The installed VS Code's command-line program. @returns {string | undefined} an absolute path */
export function findInstalledEditor() {
  const names = process.platform === 'win32' ? ['code.cmd', 'code.exe'] : ['code'];
  const directories = (process.env.PATH ?? process.env['Path'] ?? '').split(path.delimiter).filter(path.isAbsolute);
  return directories
    .flatMap((directory) => names.map((name) => path.join(directory, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** @param {string} editor @param {string} repository @param {string} extensionDirectory @returns {Promise<boolean>} whether it opened */
async function openInstalled(editor, repository, extensionDirectory) {
  const isScript = editor.endsWith('.cmd');
  const quote = (/** @type {string} */ text) => (isScript ? `"${text}"` : text);
  const { code, output } = await run(quote(editor), ['--new-window', `--extensionDevelopmentPath=${extensionDirectory}`, repository].map(quote), { capture: true, shell: isScript, timeLimitMs: openLimitMs, endLeftovers: false });
  if (code === 0) return true;
  say(`${editor} could not open a window (${output.trim().split('\n').at(-1) ?? `exit code ${code}`}).`);
  return false;
}

/** @param {string} repository @param {string} vsix */
async function serve(repository, vsix) {
  await ensureEditorPackages();
  const server = await startCodeServer(repository, { vsix });
  const interrupted = untilInterrupted();
  console.log(`\n  VS Code with the extension: ${server.url}\n  Open it in a browser. Ctrl-C ends it.\n`);
  await interrupted;
  say('Ending the editor …');
  await server.stop();
}

/**
 * Opens `repository` in an editor with the extension. With an installed VS Code it returns once the window opens; else it serves one on
 * 127.0.0.1, prints its address and returns after Ctrl-C.
 * @param {object} options
 * @param {string} options.repository absolute path
 * @param {string} options.extensionDirectory absolute path of the unpacked extension
 * @param {string} options.vsix absolute path of the packed extension
 */
export async function openEditor({ repository, extensionDirectory, vsix }) {
  const editor = findInstalledEditor();
  if (editor) {
    say(`Opening ${repository} in VS Code …`);
    if (await openInstalled(editor, repository, extensionDirectory)) return;
  }
  say(editor ? 'Serving one in the browser instead.' : 'There is no "code" on the path: serving VS Code in the browser instead.');
  await serve(repository, vsix);
}
