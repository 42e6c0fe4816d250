import * as vscode from 'vscode';
import type { Engines } from '../platform/engines';

const scheme = 'amp-git';

interface GitDocument {
  readonly repository: string;
  readonly commit: string;
  /** Relative to the top of the work tree. */
  readonly path: string;
}

/** A file as it is at a commit, read-only. It is shown under the path of the file on disk: the diff editor takes two paths for a rename. */
export function gitUri(onDisk: string, document: GitDocument): vscode.Uri {
  return vscode.Uri.file(onDisk).with({ scheme, query: JSON.stringify(document) });
}

/** The side of a diff where a file does not exist. */
export function nothingUri(path: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${path}` });
}

/** Serves files of commits for diffs; a file that a commit does not have is empty. */
export function registerGitDocuments(engines: Engines): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    async provideTextDocumentContent(uri) {
      if (uri.query === '') return '';
      const { repository, commit, path } = parseQuery(uri.query);
      const orchestrator = (await engines.openExisting()).find(({ repository: { root } }) => root === repository);
      return (await orchestrator?.fileAt(commit, path)) ?? '';
    },
  });
}

/** Throws for a link that was not made by `gitUri`. */
function parseQuery(query: string): GitDocument {
  const value: unknown = JSON.parse(query);
  if (typeof value === 'object' && value !== null && 'repository' in value && 'commit' in value && 'path' in value) {
    const { repository, commit, path } = value;
    if (typeof repository === 'string' && typeof commit === 'string' && /^[0-9a-f]{40,64}$/.test(commit) && typeof path === 'string') return { repository, commit, path };
  }
  throw new Error('not the address of a file in a commit');
}
