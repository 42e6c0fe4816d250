import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { explainCost } from '../../../src/model/explainCost';
import { startCli } from '../../support/cli';
import { expectCode } from '../../support/expectCode';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { callNano, installRecorded, installSpender, spending, type Spending } from '../../support/spender';
import { openOrchestrator, type TestOrchestrator } from '../../support/testOrchestrator';
import { waitFor } from '../../support/waitFor';

const dollar = 1_000_000_000;
let project: TestRepository;
let orchestrator: TestOrchestrator;
beforeEach(async () => {
  installSpender();
  project = makeRepository();
  orchestrator = await openOrchestrator(project.root);
});
afterEach(() => { vi.unstubAllEnvs(); });

async function spentBy(sessionId?: string): Promise<number> {
  return (await orchestrator.store.rollups.totals(sessionId === undefined ? {} : { sessionId })).costNano;
}

async function noticesOf(sessionId: string): Promise<string[]> {
  return (await orchestrator.store.spans.bySession(sessionId)).filter(({ attrs }) => attrs['amp.notice'] === 'warning').map(({ name }) => name);
}

function create(how: Spending, budgetNano?: number) {
  return orchestrator.sessions.create({ ...spending(how), budgetNano });
}

describe('a session that uses up its budget', () => {
  it('is stopped at the call that reaches it, its work committed, and says so', async () => {
    const session = await create({ gapMs: 200 }, 0.1 * dollar);
    const { iteration } = await orchestrator.sessions.run(session.id);
    const spent = await spentBy(session.id);
    expect(spent).toBeGreaterThanOrEqual(0.1 * dollar);
    expect(spent).toBeLessThanOrEqual(0.1 * dollar + callNano);
    expect(iteration).toMatchObject({ status: 'stopped', changedFiles: [{ path: 'work.txt', change: 'added' }] });
    expect(project.git('show', `${session.branch}:work.txt`)).toContain('call 5');
    expect(await orchestrator.sessions.get(session.id)).toMatchObject({ status: 'budget-exceeded', attention: 'The session has spent $0.10 of its $0.10. Raise its budget to go on.' });
    expect(iteration.errorMessage).toBe('The session has spent $0.10 of its $0.10.');
  });

  it('warns once when four fifths are spent', async () => {
    const session = await create({ gapMs: 50 }, 0.1 * dollar);
    await orchestrator.sessions.run(session.id);
    expect(await noticesOf(session.id)).toEqual(['The session has spent $0.08 of its $0.10.']);
    expect(orchestrator.logged.filter((line) => line.includes('$0.08 of its $0.10'))).toHaveLength(1);
  });

  it('cannot be run until its budget is raised, and then goes on', async () => {
    const session = await create({ gapMs: 100 }, 0.04 * dollar);
    await orchestrator.sessions.run(session.id);
    await expectCode(orchestrator.sessions.run(session.id), 'budget-exceeded');
    expect((await orchestrator.sessions.get(session.id)).status).toBe('budget-exceeded');
    await orchestrator.sessions.setBudget(session.id, dollar);
    expect(await orchestrator.sessions.get(session.id)).toMatchObject({ status: 'stopped', budgetNano: dollar });
    expect(await orchestrator.sessions.get(session.id)).not.toHaveProperty('attention');
    const { iteration } = await orchestrator.sessions.run(session.id, { prompt: JSON.stringify({ calls: 2, gapMs: 0 }) });
    expect(iteration).toMatchObject({ number: 2, status: 'succeeded' });
    expect((await orchestrator.sessions.get(session.id)).status).toBe('ready');
  });

  it('can be merged and deleted as it is', async () => {
    const session = await create({ gapMs: 100 }, 0.02 * dollar);
    await orchestrator.sessions.run(session.id);
    await orchestrator.sessions.merge(session.id);
    expect(project.read('work.txt')).toContain('call 1');
    const other = await create({ gapMs: 100 }, 0.02 * dollar);
    await orchestrator.sessions.run(other.id);
    expect((await orchestrator.sessions.delete(other.id)).session.status).toBe('deleted');
  });

  it('keeps its budget while it runs: one that is lowered meanwhile, also in another window, ends it', async () => {
    const session = await create({ gapMs: 50 }, 100 * dollar);
    const other = await openOrchestrator(project.root);
    const run = orchestrator.sessions.run(session.id);
    await waitFor('a call', async () => (await spentBy(session.id)) > 0);
    await other.sessions.setBudget(session.id, 0);
    expect((await run).iteration.status).toBe('stopped');
    expect((await orchestrator.sessions.get(session.id)).status).toBe('budget-exceeded');
  });

  it('has the default of the repository, unless it has its own', async () => {
    await orchestrator.sessions.budgets.setLimits({ sessionNano: 0.02 * dollar });
    const [own, byDefault] = [await create({ calls: 3, gapMs: 20 }, dollar), await create({ calls: 3, gapMs: 100 })];
    expect((await orchestrator.sessions.run(own.id)).iteration.status).toBe('succeeded');
    expect((await orchestrator.sessions.run(byDefault.id)).iteration.status).toBe('stopped');
    expect(await orchestrator.sessions.budgets.states()).toEqual([
      { scope: 'session', id: byDefault.id, limitNano: 0.02 * dollar, spentNano: await spentBy(byDefault.id), reservedNano: 0 },
      { scope: 'session', id: own.id, limitNano: dollar, spentNano: 3 * callNano, reservedNano: 0 },
    ]);
    await orchestrator.sessions.budgets.setLimits({ sessionNano: undefined });
    expect((await orchestrator.sessions.get(byDefault.id)).status).toBe('stopped');
  });

  it('is none that no amount can be', async () => {
    for (const bad of [-1, Number.NaN, 0.5, 2 ** 53]) {
      await expectCode(create({}, bad), 'invalid-argument');
      await expectCode(orchestrator.sessions.budgets.setLimits({ dayNano: bad }), 'invalid-argument');
    }
    const session = await create({});
    await expectCode(orchestrator.sessions.setBudget(session.id, -1), 'invalid-argument');
    await expectCode(orchestrator.sessions.setBudget('nobody', 1), 'session-missing');
  });
});

describe('costs that nobody knows', () => {
  it('cannot be limited, which is said once a run', async () => {
    const session = await create({ calls: 3, gapMs: 10, model: 'nobody-1' }, dollar);
    expect((await orchestrator.sessions.run(session.id)).iteration.status).toBe('succeeded');
    expect(await noticesOf(session.id)).toEqual(['Nobody knows what nobody-1 costs: the budget cannot be kept']);
    const silent = await orchestrator.sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: ['true'] }, budgetNano: dollar });
    await orchestrator.sessions.run(silent.id);
    expect(await noticesOf(silent.id)).toEqual(['The agent does not tell what it costs: the budget cannot be kept']);
    const free = await orchestrator.sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: ['true'] } });
    await orchestrator.sessions.run(free.id);
    expect(await noticesOf(free.id)).toEqual([]);
  });
});

describe('a run of a model without a price that is killed', () => {
  it('has an unknown cost, while it runs and for ever', { timeout: 60_000 }, async () => {
    const run = startCli(project.root, 'run', '--agent', 'claudeCode', '--name', 'Spend', '--prompt', JSON.stringify({ gapMs: 50, model: 'nobody-1' }));
    await waitFor('calls of unknown cost', async () => (await orchestrator.store.rollups.totals({})).unknownCosts >= 2);
    run.child.kill('SIGKILL');
    await run.ended;
    const [interrupted] = await waitFor('the end of the session', async () => {
      const sessions = await orchestrator.sessions.overview();
      return sessions[0]?.session.status === 'interrupted' && sessions;
    });
    const calls = (await orchestrator.store.spans.bySession(interrupted?.session.id ?? '')).filter(({ usage }) => usage !== undefined);
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.filter(({ costBasis }) => costBasis !== 'unknown')).toEqual([]);
    for (const call of calls) expect(explainCost(call)[0]).toMatch(/^Unknown: nobody reported a cost/);
    expect(await orchestrator.store.rollups.totals({})).toMatchObject({ costNano: 0, unknownCosts: calls.length });
  });
});

describe('a day limit that sessions share', () => {
  it('is passed by at most one call of each of ten sessions at once', { timeout: 60_000 }, async () => {
    const limit = dollar;
    await orchestrator.sessions.budgets.setLimits({ dayNano: limit });
    const sessions = await Promise.all(Array.from({ length: 10 }, () => create({ gapMs: 400 })));
    const runs = await Promise.all(sessions.map(({ id }) => orchestrator.sessions.run(id)));
    expect(runs.map(({ iteration }) => iteration.status)).toEqual(sessions.map(() => 'stopped'));
    const spent = await spentBy();
    expect(spent).toBeGreaterThanOrEqual(limit);
    expect(spent).toBeLessThanOrEqual(limit + 10 * callNano);
    expect((await orchestrator.sessions.get(sessions[0]?.id ?? '')).attention).toMatch(/^All sessions together have spent \$1\.\d\d of today’s \$1\.00\. /);
    const [state] = await orchestrator.sessions.budgets.states();
    expect(state).toEqual({ scope: 'day', limitNano: limit, spentNano: spent, reservedNano: 0 });
  });

  it('holds over several processes', { timeout: 60_000 }, async () => {
    await orchestrator.sessions.budgets.setLimits({ dayNano: 0.3 * dollar });
    const other = await openOrchestrator(project.root);
    const [one, two] = [await create({ gapMs: 500 }), await other.sessions.create(spending({ gapMs: 500 }))];
    const runs = await Promise.all([orchestrator.sessions.run(one.id), other.sessions.run(two.id)]);
    expect(runs.map(({ iteration }) => iteration.status)).toEqual(['stopped', 'stopped']);
    const spent = await spentBy();
    expect(spent).toBeGreaterThanOrEqual(0.3 * dollar);
    expect(spent).toBeLessThanOrEqual(0.3 * dollar + 2 * callNano);
    // Both spent of it: neither could have come that far alone.
    expect(Math.max(await spentBy(one.id), await spentBy(two.id))).toBeLessThan(0.3 * dollar);
  });

  it('is not refunded by kill -9', { timeout: 60_000 }, async () => {
    const run = startCli(project.root, 'run', '--agent', 'claudeCode', '--name', 'Spend', '--prompt', JSON.stringify({ gapMs: 50 }));
    await waitFor('some spending', async () => (await spentBy()) >= 3 * callNano);
    run.child.kill('SIGKILL');
    await run.ended;
    const before = await waitFor('the end of the session', async () => (await orchestrator.sessions.overview())[0]?.session.status === 'interrupted' && (await spentBy()));
    expect(before).toBeGreaterThanOrEqual(3 * callNano);
    await orchestrator.close();
    orchestrator = await openOrchestrator(project.root);
    expect(await spentBy()).toBe(before);
    await orchestrator.sessions.budgets.setLimits({ dayNano: before });
    const [interrupted] = await orchestrator.sessions.overview();
    await expectCode(orchestrator.sessions.run(interrupted?.session.id ?? ''), 'budget-exceeded');
    await orchestrator.sessions.budgets.setLimits({ dayNano: before + callNano });
    const { iteration } = await orchestrator.sessions.run(interrupted?.session.id ?? '', { prompt: JSON.stringify({ gapMs: 300 }) });
    expect(iteration.status).toBe('stopped');
    expect(await spentBy()).toBe(before + callNano);
  });
});

describe('a call whose cost can be estimated', () => {
  const spender = { sessionId: 'outside' };

  it('is admitted only while it fits with what is spent and set aside', async () => {
    const { budgets } = orchestrator.sessions;
    await budgets.setLimits({ dayNano: dollar });
    const first = await budgets.admit(spender, 0.6 * dollar);
    expect(await budgets.states()).toMatchObject([{ scope: 'day', spentNano: 0, reservedNano: 0.6 * dollar }]);
    // Another window, or the command line, tells the same.
    const other = (await openOrchestrator(project.root)).sessions;
    expect(await other.budgets.states()).toMatchObject([{ reservedNano: 0.6 * dollar }]);
    const refusal = await expectCode(budgets.admit(spender, 0.6 * dollar), 'budget-exceeded');
    expect(refusal.message).toContain('$0.60');
    await first.release();
    expect(await other.budgets.states()).toMatchObject([{ reservedNano: 0 }]);
    await (await budgets.admit(spender, 0.6 * dollar)).release();
  });

  it('is admitted for as much as there is, however many ask at once', async () => {
    const { budgets } = orchestrator.sessions;
    const other = (await openOrchestrator(project.root)).sessions.budgets;
    await budgets.setLimits({ dayNano: dollar });
    const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? budgets : other).admit(spender, 0.1 * dollar)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });

  it('of unknown price is refused only once a limit is used up', async () => {
    const { budgets } = orchestrator.sessions;
    await (await budgets.admit(spender, undefined)).release();
    await budgets.setLimits({ dayNano: 1 });
    await (await budgets.admit(spender, undefined)).release();
    await budgets.setLimits({ dayNano: 0 });
    await expectCode(budgets.admit(spender, undefined), 'budget-exceeded');
  });
});

describe('a run that passes its budget in its last words', () => {
  const failing = JSON.stringify({ scripts: { test: 'exit 1' } });
  const passing = JSON.stringify({ scripts: { test: 'echo fine' } });

  it('has succeeded, and its session is held back with its work and its tests', async () => {
    project.write('package.json', passing);
    project.commit('tests');
    const session = await create({ calls: 1, gapMs: 0, output: 100_000, lastWords: true }, 0.01 * dollar);
    const { iteration, tests, mayMerge } = await orchestrator.sessions.run(session.id, { tests: true });
    expect(iteration).toMatchObject({ status: 'succeeded', changedFiles: [{ path: 'work.txt' }] });
    expect(iteration).not.toHaveProperty('errorMessage');
    expect([tests, mayMerge]).toMatchObject([{ passed: true }, false]);
    expect(await orchestrator.sessions.get(session.id)).toMatchObject({ status: 'budget-exceeded', attention: 'The session has spent $2.00 of its $0.01. Raise its budget to go on.' });
    await expectCode(orchestrator.sessions.run(session.id), 'budget-exceeded');
    // It did not break off: it is as ready as any other.
    await orchestrator.sessions.setBudget(session.id, 3 * dollar);
    expect((await orchestrator.sessions.get(session.id)).status).toBe('ready');
  });

  it('may be merged by itself only when what was asked for is known to pass', async () => {
    const run = async (tests: boolean): Promise<unknown> => {
      const session = await create({ calls: 1, gapMs: 0 });
      const { tests: came, mayMerge } = await orchestrator.sessions.run(session.id, { tests });
      return [typeof came === 'object' ? came.passed : came, mayMerge];
    };
    expect(await run(false)).toEqual([undefined, true]);
    expect(await run(true)).toEqual(['none', true]);
    project.write('package.json', failing);
    project.commit('tests');
    expect(await run(true)).toEqual([false, false]);
    const broken = await orchestrator.sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: ['false'] } });
    expect(await orchestrator.sessions.run(broken.id, { tests: true })).toMatchObject({ tests: 'not-run', mayMerge: false });
  });

  it('is not merged by the command line, whatever its tests say', { timeout: 60_000 }, async () => {
    for (const [content, said] of [[failing, /Tests +(?!passed)/], [passing, /Tests +passed/]] as const) {
      project.write('package.json', content);
      project.commit('tests');
      const before = project.git('rev-parse', 'main');
      const { code, stdout, stderr } = await startCli(project.root, 'run', '--agent', 'claudeCode', '--budget', '0.01', '--tests', '--merge', '--prompt', JSON.stringify({ calls: 1, gapMs: 0, output: 100_000, lastWords: true })).ended;
      expect([code, project.git('rev-parse', 'main')]).toEqual([1, before]);
      expect(stdout).toMatch(said);
      expect(`${stdout}${stderr}`.split('has spent $2.00 of its $0.01')).toHaveLength(2);
    }
  });

  it.each(['codex', 'gemini'] as const)('holds %s back, which tells what it used only at its end', async (agent) => {
    installRecorded(agent, `${agent}-text`);
    orchestrator = await openOrchestrator(project.root);
    await orchestrator.sessions.budgets.setLimits({ sessionNano: 1_000 });
    const session = await orchestrator.sessions.create({ prompt: 'x', agent, agentOptions: agent === 'codex' ? { model: 'gpt-5' } : {} });
    const { iteration } = await orchestrator.sessions.run(session.id);
    expect(iteration.status).toBe('succeeded');
    expect(await orchestrator.sessions.get(session.id)).toMatchObject({ status: 'budget-exceeded', attention: expect.stringMatching(/^The session has spent .* of its <\$0\.0001\. /) as string });
  });
});
