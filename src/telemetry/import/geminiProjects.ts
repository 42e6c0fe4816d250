import { readFileSync } from 'node:fs';
import path from 'node:path';
import { asName, asObject, parseObject } from '../../base/jsonShape';

/**
 * Where the projects of Gemini's chats lie. Chats lie below `tmp/<slug>`; `projects.json` beside `tmp` names the slug of each folder,
 * and newer versions leave a marker in the slug's own folder.
 */
export class GeminiProjects {
  private readonly folders = new Map<string, string>();

  /** The folder of the project that a chat belongs to; empty when nobody says it. */
  folderOf(chat: string): string {
    const parts = chat.split(path.sep);
    const tmp = parts.lastIndexOf('tmp', parts.indexOf('chats'));
    const slug = parts[tmp + 1];
    if (tmp < 1 || slug === undefined) return '';
    const own = parts.slice(0, tmp + 2).join(path.sep);
    const known = this.folders.get(own);
    if (known !== undefined) return known;
    const folder = marker(own) ?? registered(path.join(parts.slice(0, tmp).join(path.sep), 'projects.json'), slug) ?? '';
    this.folders.set(own, folder);
    return folder;
  }
}

function marker(folder: string): string | undefined {
  return textOf(path.join(folder, '.project_root'))?.trim();
}

function registered(file: string, slug: string): string | undefined {
  const projects = asObject(parseObject(textOf(file) ?? '')?.['projects']);
  return Object.entries(projects ?? {}).find(([, name]) => asName(name) === slug)?.[0];
}

function textOf(file: string): string | undefined {
  try {
    return asName(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
