import path from 'node:path';
import type { AttributeValue } from '../model/span';

/** Which argument of a tool says most about what it does, best first. */
const telling = ['file_path', 'filePath', 'path', 'notebook_path', 'command', 'cmd', 'pattern', 'query', 'url', 'description', 'prompt'];
const titleLength = 120;

/** A tool call as a person would name it: `Edit src/invoice.ts`, `Bash npm test`. Paths in the worktree are shown relative to it. */
export function toolTitle(tool: string, input: AttributeValue, worktree: string): string {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return tool;
  const values = input as Readonly<Record<string, AttributeValue>>;
  const subject = telling.map((name) => values[name]).find((value) => typeof value === 'string' && value !== '');
  if (typeof subject !== 'string') return tool;
  const line = shorten(subject.trim().split('\n')[0] ?? '', worktree);
  const title = `${tool} ${line}`;
  return title.length > titleLength ? `${title.slice(0, titleLength - 1)}…` : title;
}

function shorten(subject: string, worktree: string): string {
  if (!path.isAbsolute(subject)) return subject;
  const relative = path.relative(worktree, subject);
  return relative === '' ? '.' : relative.startsWith('..') ? subject : relative.replaceAll('\\', '/');
}
