import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { CallLedger, hashOfKey, markOf } from '../../../../src/telemetry/import/callLedger';
import { folderFilter } from '../../../../src/telemetry/import/folderFilter';
import { logHomes } from '../../../../src/telemetry/import/logHomes';
import { temporaryDirectory } from '../../../support/temporary';

it('knows of a hundred thousand calls whose they are, also from the marks of an earlier import', () => {
  const keys = Array.from({ length: 100_000 }, (_, index) => hashOfKey(`claude:msg_${index}:req_${index}`));
  expect(new Set(keys).size).toBe(keys.length);
  const ledger = new CallLedger();
  ledger.restore('/a', keys.slice(0, 50_000).map(markOf).join(''));
  expect(new Set(keys.slice(0, 50_000).map((key) => ledger.claim('/a', key)))).toEqual(new Set(['again']));
  expect(new Set(keys.slice(0, 50_000).map((key) => ledger.claim('/b', key)))).toEqual(new Set(['elsewhere']));
  expect(new Set(keys.slice(50_000).map((key) => ledger.claim('/b', key)))).toEqual(new Set(['first']));
});

it('takes a folder for what it is, by links and when it has gone, and not for one whose name begins alike', () => {
  const folder = temporaryDirectory();
  for (const name of ['project/inner', 'project-two', 'project/worktrees']) mkdirSync(path.join(folder, name), { recursive: true });
  symlinkSync(path.join(folder, 'project'), path.join(folder, 'link'));
  const accepts = folderFilter({ inside: [path.join(folder, 'link')], outside: [path.join(folder, 'project/worktrees')] });
  const answers = ['project', 'project/inner', 'project/gone/deep', 'link/inner', '', 'project-two', 'project/worktrees/s1', 'project/..other'].map((name) => [name, accepts(path.join(folder, name))]);
  expect(answers).toEqual([['project', true], ['project/inner', true], ['project/gone/deep', true], ['link/inner', true], ['', false], ['project-two', false], ['project/worktrees/s1', false], ['project/..other', true]]);
  expect([accepts(undefined), accepts('project'), accepts('')]).toEqual([false, false, false]);
});

it('looks for logs where the agents were told to keep them', () => {
  expect(logHomes({}, '/home/user')).toMatchObject({ claudeCode: ['/home/user/.claude/projects', '/home/user/.config/claude/projects'], codex: ['/home/user/.codex/sessions', '/home/user/.codex/archived_sessions'], gemini: ['/home/user/.gemini/tmp'] });
  expect(logHomes({ CLAUDE_CONFIG_DIR: '/c1, /c2', CODEX_HOME: '/codex', GEMINI_CLI_HOME: '/g', XDG_DATA_HOME: '/data' }, '/home/user')).toEqual({
    claudeCode: ['/c1/projects', '/c2/projects'],
    codex: ['/codex/sessions', '/codex/archived_sessions'],
    gemini: ['/g/.gemini/tmp'],
    opencode: ['/data/opencode'],
    amp: ['/data/amp/threads'],
  });
});
