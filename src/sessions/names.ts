import { slug } from '../base/slug';

const slugLength = 40;
const nameLength = 72;

/** A session's name when none is given: the first line of the prompt, shortened at a word. */
export function nameFromPrompt(prompt: string): string {
  const line = prompt.trim().split('\n')[0]?.trim() ?? '';
  if (line.length <= nameLength) return line || 'Untitled session';
  const cut = line.slice(0, nameLength);
  const space = cut.lastIndexOf(' ');
  return `${space > nameLength / 2 ? cut.slice(0, space) : cut}…`;
}

/** Of a session's branch and folder. */
export function sessionSlug(name: string): string {
  return slug(name, { longest: slugLength, otherwise: 'session' });
}

/** `yyyymmdd-hhmmss` in local time. */
export function timeStamp(epochMilliseconds: number): string {
  const at = new Date(epochMilliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}

/** The subject of a commit that the orchestrator makes: one line, `amp: ` first. */
export function commitSubject(text: string): string {
  const line = text.trim().split('\n')[0]?.trim().replace(/^amp:\s*/i, '') ?? '';
  return `amp: ${line.length > 66 ? `${line.slice(0, 65)}…` : line || 'work of an agent'}`;
}
