import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';
import { agentFixture } from './fakeAgents/streams';
import { temporaryDirectory } from './temporary';

export interface Spending {
  readonly calls?: number;
  readonly gapMs?: number;
  /** Output tokens of each call; 1,000 of the default model cost two cents. */
  readonly output?: number;
  readonly model?: string;
  readonly total?: boolean;
  /** Tells output tokens only in the total at its end. */
  readonly lastWords?: boolean;
}

export const callNano = 20_000_000;

/** Puts a Claude Code on the PATH that only spends money, as its prompt says; until the test ends. */
export function installSpender(): void {
  installAgent('claude', 'spender.mjs');
}

/** Puts an agent on the PATH that says what its recorded stream says; until the test ends. */
export function installRecorded(program: string, recording: string): void {
  installAgent(program, 'fakeAgent.mjs');
  vi.stubEnv('FAKE_AGENT', `fixture ${agentFixture(recording)}`);
}

/** Puts a stand-in for an agent's program on the PATH; until the test ends. */
export function installAgent(program: string, stand: string): void {
  const folder = path.join(temporaryDirectory(), 'bin');
  mkdirSync(folder);
  symlinkSync(path.join(import.meta.dirname, 'fakeAgents', stand), path.join(folder, program));
  vi.stubEnv('PATH', `${folder}${path.delimiter}${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`);
}

export function spending(how: Spending): { readonly prompt: string; readonly agent: 'claudeCode'; readonly name: string } {
  return { prompt: JSON.stringify(how), agent: 'claudeCode', name: 'Spend' };
}
