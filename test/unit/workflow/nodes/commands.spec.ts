import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../../src/model/session';
import { expectCode } from '../../../support/expectCode';
import { makeRepository, testRepositoryAt } from '../../../support/gitRepository';
import { processesNaming } from '../../../support/leftovers';
import { temporaryDirectory } from '../../../support/temporary';
import { openOrchestrator, type TestOrchestrator } from '../../../support/testOrchestrator';
import { waitFor } from '../../../support/waitFor';
import { done, nodeBench, type NodeBench } from '../../../support/workflowNodes';

async function makeBench(files: Readonly<Record<string, string>> = {}): Promise<{ orchestrator: TestOrchestrator; bench: NodeBench; session: Session }> {
  const repository = makeRepository();
  for (const [file, text] of Object.entries(files)) repository.write(file, text);
  repository.commit('More');
  const orchestrator = await openOrchestrator(repository.root);
  const session = await orchestrator.sessions.create({ agent: 'command', agentOptions: { argv: ['node', '-e', ''] }, prompt: 'Work' });
  return { orchestrator, bench: nodeBench(orchestrator), session };
}

describe('a test node', () => {
  it('runs the tests of the project in the worktree of the session', async () => {
    const { bench, session } = await makeBench({ 'package.json': JSON.stringify({ scripts: { test: 'node check.js' } }), 'check.js': 'console.log("in", process.cwd()); process.exit(require("fs").existsSync("fixed") ? 0 : 1);' });
    const failed = done(await bench.run('test', {}, { session: session.id }));
    expect(failed).toMatchObject({ outcome: 'failed', session: session.id, output: { passed: false, exitCode: 1, tail: expect.stringContaining(`in ${session.worktree}`) } });
    writeFileSync(path.join(session.worktree, 'fixed'), '');
    expect(done(await bench.run('test', {}, { session: session.id }))).toMatchObject({ outcome: 'passed', output: { passed: true, exitCode: 0, durationMs: expect.any(Number) } });
  });

  it('runs a command instead, and is traced in the session', async () => {
    const { bench, session, orchestrator: { store } } = await makeBench();
    const end = done(await bench.run('test', { command: ['node', '-e', 'console.error("x".repeat(9000) + "the end"); process.exit(7)'] }, { session: session.id }));
    expect(end).toMatchObject({ outcome: 'failed', output: { exitCode: 7 } });
    const { tail } = end.output as { readonly tail: string };
    expect(tail).toHaveLength(4000);
    expect(tail).toMatch(/the end$/);
    const spans = await store.spans.bySession(session.id);
    expect(spans.find(({ type }) => type === 'eval')).toMatchObject({ status: 'error', errorMessage: 'It ended with exit code 7.', attrs: { 'amp.workflow.step': 'test#1' } });
  });

  it('says what is missing', async () => {
    const { bench, session, orchestrator: { sessions } } = await makeBench();
    await expectCode(bench.run('test', {}, { session: session.id }), 'invalid-argument');
    await expectCode(bench.run('test', { command: ['no-such-program-anywhere'] }, { session: session.id }), 'tool-missing');
    await expectCode(bench.run('test', {}), 'session-missing');
    await expectCode(bench.run('test', {}, { session: 'nobody' }), 'session-missing');
    rmSync(session.worktree, { recursive: true });
    await expectCode(bench.run('test', { command: ['node', '-e', ''] }, { session: session.id }), 'worktree-missing');
    await sessions.delete(session.id);
    await expectCode(bench.run('test', { command: ['node', '-e', ''] }, { session: session.id }), 'session-finished');
  });

  it('leaves no process behind when it is called off', async () => {
    const { bench, session } = await makeBench();
    const folder = temporaryDirectory();
    const child = `require("fs").writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)`;
    const command = (file: string): string[] => ['node', '-e', `require("child_process").spawn("node", ["-e", ${JSON.stringify(child)}, ${JSON.stringify(path.join(folder, file))}], { detached: true, stdio: "ignore" }); setInterval(() => {}, 1000)`];
    const pidIn = (file: string): Promise<number> => waitFor(file, () => existsSync(path.join(folder, file)) && (Number(readFileSync(path.join(folder, file), 'utf8')) || undefined));
    const controller = new AbortController();
    const context = await bench.context('test', { command: command('one') }, { session: session.id, signal: controller.signal });
    const running = bench.executor('test').run(context);
    await pidIn('one');
    expect(processesNaming(folder)).not.toEqual([]);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
    expect(processesNaming(folder)).toEqual([]);
  });

  it('ends what a command leaves running when it has ended itself', async () => {
    const { bench, session } = await makeBench();
    const folder = temporaryDirectory();
    const child = 'require("fs").writeFileSync(process.argv[1] + "/up", ""); setInterval(() => {}, 1000)';
    const script = `require("child_process").spawn("node", ["-e", ${JSON.stringify(child)}, ${JSON.stringify(folder)}], { detached: true, stdio: "ignore" }).unref(); const timer = setInterval(() => { if (require("fs").existsSync(${JSON.stringify(folder)} + "/up")) clearInterval(timer); }, 10)`;
    expect(done(await bench.run('test', { command: ['node', '-e', script] }, { session: session.id })).outcome).toBe('passed');
    expect(processesNaming(folder)).toEqual([]);
  });

  it('takes secrets out of what it keeps', async () => {
    const { orchestrator, session } = await makeBench();
    orchestrator.redactor.addSecret('TOKEN', 'hunter2-hunter2');
    const end = done(await nodeBench(orchestrator).run('test', { command: ['node', '-e', 'console.log("the token is hunter2-hunter2")'] }, { session: session.id }));
    expect(JSON.stringify(end.output)).not.toContain('hunter2');
  });
});

describe('a script node', () => {
  it('calculates in the sandbox', async () => {
    const { bench } = await makeBench();
    const scope = { variables: { n: 20 }, nodes: {}, execution: { id: 'e', workflow: 'w', name: 'n', by: 'b', startedAt: 0, costUSD: 0 } };
    expect(bench.executor('script').effect({ source: 'x' })).toBe('pure');
    expect(await bench.run('script', { source: '({ variables }) => ({ twice: variables.n * 2 })' }, { scope })).toEqual({ kind: 'done', outcome: 'passed', output: { twice: 40 } });
    await expectCode(bench.run('script', { source: '() => { throw new Error("no"); }' }, { scope }), 'expression-failed');
    await expectCode(bench.run('script', {}, { scope }), 'invalid-argument');
  });

  it('runs a command in the worktree, reads JSON in its last line, and commits what it changed', async () => {
    const { bench, session } = await makeBench();
    const end = done(await bench.run('script', { command: ['node', '-e', 'require("fs").writeFileSync("made.txt", process.env.AMP_WORKFLOW_STEP); console.log("made it"); console.log(JSON.stringify({ files: ["made.txt"] }))'] }, { session: session.id }));
    const worktree = testRepositoryAt(session.worktree);
    expect(end).toMatchObject({ outcome: 'passed', session: session.id, output: { exitCode: 0, json: { files: ['made.txt'] }, stderr: '', commit: worktree.git('rev-parse', 'HEAD') } });
    expect(worktree.read('made.txt')).toMatch(/^\w{21}\/script#1$/);
    expect(worktree.git('log', '-1', '--format=%s')).toBe('amp: The script node');
    const nothing = done(await bench.run('script', { command: ['node', '-e', 'console.log("no JSON")'] }, { session: session.id }));
    expect(nothing.output).toEqual({ exitCode: 0, stdout: 'no JSON', stderr: '' });
  });

  it('fails with the last words of a command that fails', async () => {
    const { bench, session } = await makeBench();
    const problem = await expectCode(bench.run('script', { command: ['node', '-e', 'console.error("out of paper"); process.exit(2)'] }, { session: session.id }), 'step-failed');
    expect(problem.message).toBe('node failed. It ended with exit code 2. Its last words: out of paper');
  });

  it('asks a person after a crash, unless it may run twice', async () => {
    const { bench } = await makeBench();
    const script = bench.executor('script');
    expect(script.effect({ command: ['x'] })).toBe('atMostOnce');
    expect(script.effect({ command: ['x'], idempotent: true })).toBe('idempotent');
    expect(await script.probe?.(await bench.context('script', { command: ['npm', 'publish'] }))).toEqual({ happened: 'unknown', question: 'The program ended while "The script node" was running npm publish. Did that come to its end?' });
  });
});
