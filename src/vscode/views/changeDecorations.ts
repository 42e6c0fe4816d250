import * as vscode from 'vscode';
import type { ChangedFile } from '../../model/session';

const scheme = 'amp-change';

const looks: Record<ChangedFile['change'], { readonly letter: string; readonly color: string; readonly tooltip: string }> = {
  added: { letter: 'A', color: 'gitDecoration.addedResourceForeground', tooltip: 'Added' },
  modified: { letter: 'M', color: 'gitDecoration.modifiedResourceForeground', tooltip: 'Modified' },
  deleted: { letter: 'D', color: 'gitDecoration.deletedResourceForeground', tooltip: 'Deleted' },
  renamed: { letter: 'R', color: 'gitDecoration.renamedResourceForeground', tooltip: 'Renamed' },
};

/** What a changed file is shown under in the tree: its path gives the icon, its query the decoration. */
export function changeUri({ path, change }: ChangedFile): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${path}`, query: change });
}

/** Letters and colours as in Source Control. */
export function registerChangeDecorations(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration(uri) {
      if (uri.scheme !== scheme || !(uri.query in looks)) return undefined;
      const { letter, color, tooltip } = looks[uri.query as ChangedFile['change']];
      return new vscode.FileDecoration(letter, tooltip, new vscode.ThemeColor(color));
    },
  });
}
