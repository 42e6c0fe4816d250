import path from 'node:path';
import { extensions, type Extension } from 'vscode';

export const extensionId = 'amp-orchestrator.amp-session-orchestrator';

interface Manifest {
  readonly main: string;
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

/** The extension under test, not activated by this. */
export function extensionUnderTest(): Extension<unknown> {
  const extension = extensions.getExtension(extensionId);
  if (!extension) throw new Error(`${extensionId} is not installed in this editor.`);
  return extension;
}

export function manifest(): Manifest {
  return extensionUnderTest().packageJSON as Manifest;
}

/** The extension's own modules that this process has loaded, relative to its folder. */
export function loadedModules(): string[] {
  const directory = extensionUnderTest().extensionPath;
  return Object.keys(require.cache)
    .filter((file) => file.startsWith(directory + path.sep))
    .map((file) => path.relative(directory, file).split(path.sep).join('/'));
}
