import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NodeType } from '../../../src/model/workflow/nodeConfig';
import { makeRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporary';
import { openOrchestrator } from '../../support/testOrchestrator';
import { waitFor } from '../../support/waitFor';
import { edge, node, workflow } from '../../support/workflowDriver';

/** An evaluator that comes to no end while the tree has a certain file. */
const endless = "async (context) => { if (await context.read('wait.txt')) for (;;); return { score: 100, passed: true }; };";

describe('a program that is closed in the midst of steps', () => {
  it('leaves them as they are: none of them has failed, and who resumes them does them', { timeout: 120_000 }, async () => {
    const project = makeRepository();
    project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators: [{ name: 'slow', script: '.amp/slow.js', required: true, timeout: 60_000 }] }));
    project.write('.amp/slow.js', endless);
    project.write('wait.txt', 'wait');
    project.commit('Wait');
    const folder = temporaryDirectory();
    const hanging = ['node', '-e', 'const fs = require("fs"); const [folder, name] = process.argv.slice(1); fs.appendFileSync(folder + "/log", name + "\\n"); if (!fs.existsSync(folder + "/go")) setInterval(() => {}, 1000);', folder];
    const steps: readonly (readonly [string, NodeType, Readonly<Record<string, unknown>>])[] = [
      ['judge', 'eval', {}], ['tests', 'test', { command: [...hanging, 'tests'] }], ['once', 'script', { command: [...hanging, 'once'] }],
      ['other', 'amp', { newSession: true, agent: 'command', argv: [...hanging, 'other'], prompt: 'Hang' }],
    ];
    const definition = workflow(
      [node('start', 'start'), node('work', 'amp', { agent: 'command', argv: ['node', '-e', 'require("fs").writeFileSync("made.txt", "x")'], prompt: 'Make it' }), ...steps.map(([id, type, config]) => node(id, type, config)), node('join', 'parallel'), node('end', 'end')],
      [edge('start', 'work'), ...steps.flatMap(([id]) => [edge('work', id), edge(id, 'join')]), edge('join', 'end')],
    );
    const log = (): string[] => (existsSync(path.join(folder, 'log')) ? readFileSync(path.join(folder, 'log'), 'utf8').trim().split('\n').sort() : []);
    const first = await openOrchestrator(project.root);
    const { id, done } = await first.workflows.start({ definition, by: 'Tester' });
    await waitFor('all of them', async () => log().length === 3 && (await first.store.spans.bySession((await first.workflows.execution(id)).state.session ?? '')).some(({ type, status }) => type === 'eval' && status === 'running'), 60_000);
    await first.close();
    const left = await done;
    expect(left.status).toBe('running');

    project.git('rm', '--quiet', 'wait.txt');
    project.git('commit', '--quiet', '-m', 'Go');
    writeFileSync(path.join(folder, 'go'), '');
    const second = await openOrchestrator(project.root);
    expect((await second.workflows.events(id)).filter(({ type }) => type === 'step.failed' || type === 'step.cancelled')).toEqual([]);
    const running = await second.workflows.resume(id);
    await waitFor('the question', async () => (await second.workflows.execution(id)).state.steps.get('once#1')?.status === 'asking', 60_000);
    await second.workflows.answer({ execution: id, step: 'once#1', answer: 'again' });
    const state = await running.done;
    expect(Object.fromEntries(steps.map(([node]) => [node, state.latest.get(node)?.outcome]))).toEqual({ judge: 'passed', tests: 'passed', once: 'passed', other: 'passed' });
    expect(log()).toEqual(['once', 'once', 'other', 'other', 'tests', 'tests']);
  });
});
