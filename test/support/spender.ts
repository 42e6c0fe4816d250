import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';
import { temporaryDirectory } from './temporary';

export interface Spending {
  readonly calls?: number;
  readonly gapMs?: number;
  /** Output tokens of each call; 1,000 of the default model cost two cents. */
  readonly output?: number;
  readonly model?: string;
  readonly total?: boolean;
}

export const callNano = 20_000_000;

/** Puts a Claude Code on the PATH that only spends money, as its prompt says; until the test ends. */
export function installSpender(): void {
  const folder = path.join(temporaryDirectory(), 'bin');
  mkdirSync(folder);
  symlinkSync(path.join(import.meta.dirname, 'fakeAgents/spender.mjs'), path.join(folder, 'claude'));
  vi.stubEnv('PATH', `${folder}${path.delimiter}${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`);
}

export function spending(how: Spending): { readonly prompt: string; readonly agent: 'claudeCode'; readonly name: string } {
  return { prompt: JSON.stringify(how), agent: 'claudeCode', name: 'Spend' };
}
