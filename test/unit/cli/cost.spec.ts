import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandInput } from '../../../src/cli/command';
import { costCommand } from '../../../src/cli/commands/cost';
import { doctorCommand } from '../../../src/cli/commands/doctor';
import type { PriceList } from '../../../src/model/pricing';
import { folderFilter } from '../../../src/telemetry/import/folderFilter';
import { LogImport } from '../../../src/telemetry/import/logImport';
import { logHomes } from '../../../src/telemetry/import/logHomes';
import { claudeLine, claudePath, flatPrices, importAssets, importAssetsDirectory, LogHome } from '../../support/agentLogs';
import { expectCode } from '../../support/expectCode';
import { makeRepository } from '../../support/gitRepository';
import { openOrchestrator } from '../../support/testOrchestrator';
import { setTimeZone } from '../../support/timeZone';

/** $3 a million tokens, of known models. */
const prices: PriceList = {
  price: (request) => {
    const priced = flatPrices.price(request);
    return priced && { ...priced, costNano: priced.costNano * 3_000 };
  },
};

interface Answer {
  readonly code: number;
  readonly text: string;
}

type Run = (command: typeof costCommand, values?: CommandInput['values']) => Promise<Answer>;

/** The commands on real engines, with logs of agents in a home of their own. */
async function withLogs(write: (home: LogHome, project: string) => void): Promise<Run> {
  const project = makeRepository();
  const home = new LogHome();
  write(home, project.root);
  await importAssets();
  const engines = await openOrchestrator(project.root);
  const imports = new LogImport({
    homes: logHomes({}, home.folder),
    assetsDirectory: importAssetsDirectory,
    store: engines.store.imports,
    accepts: () => Promise.resolve(folderFilter({ inside: [project.root], outside: [] })),
    agentSessionIds: () => Promise.resolve(new Set()),
    prices: () => Promise.resolve(prices),
  });
  const { store, tracer } = engines;
  const call = tracer.startSpan({ sessionId: 'outside', type: 'agent', name: 'anthropic:chat', model: 'claude-test', provider: 'anthropic', agent: 'api' });
  tracer.finishSpan(call.id, { usage: { input: { text: 1_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 200, reasoning: 0 } }, costNano: 6_000_000, costBasis: 'computed' });
  await store.flush();
  return async (command, values = {}) => {
    const lines: string[] = [];
    const orchestrator = { ...engines, imports };
    const code = await command.run({ values, positionals: [], program: [], orchestrator, print: (line) => lines.push(line), signal: new AbortController().signal });
    return { code, text: `${lines.join('\n')}\n`.replaceAll(home.folder, '<home>').replaceAll(project.root, '<project>') };
  };
}

/** Of a day in January 2026, in local time as days are shown. */
function noon(day: number): string {
  return new Date(2026, 0, day, 12).toISOString();
}

function writeLogs(home: LogHome, project: string): void {
  const usage = { input_tokens: 400, cache_read_input_tokens: 20_000, cache_creation_input_tokens: 600, output_tokens: 1_000 };
  const here = { cwd: project, usage };
  home.write(claudePath('claude-1', '-here'), [
    claudeLine({ ...here, id: 'msg_1', timestamp: noon(2) }),
    claudeLine({ ...here, id: 'msg_2', timestamp: noon(3) }),
    `${JSON.stringify({ type: 'summary', summary: 'Round the totals of invoices', sessionId: 'claude-1' })}\n`,
    claudeLine({ ...here, id: 'msg_3', timestamp: noon(3), model: 'unlisted' }),
  ].join(''));
  home.write(claudePath('claude-2', '-here'), claudeLine({ ...here, session: 'claude-2', id: 'msg_4', timestamp: noon(4), model: 'unlisted' }));
  home.write(claudePath('elsewhere', '-elsewhere'), claudeLine({ cwd: path.dirname(project), session: 'elsewhere', id: 'msg_5', timestamp: noon(5) }));
}

/** Today's calls are told apart from the logs' by their day. */
function stabilised(text: string): string {
  return text.replaceAll(new Date().toLocaleDateString('sv-SE'), '<to-day>  ');
}

describe('amp-orchestrator cost', () => {
  it('shows what was run here and what agents ran outside, and never nothing for what nobody knows', async () => {
    const run = await withLogs(writeLogs);
    const shown = [];
    for (const by of ['day', 'model', 'session', 'agent']) shown.push(`$ cost --by ${by}\n${(await run(costCommand, { by })).text}`);
    shown.push(`$ cost --no-import\n${(await run(costCommand, { 'no-import': true })).text}`);
    shown.push(`$ cost --all --by session\n${(await run(costCommand, { all: true, by: 'session' })).text}`);
    shown.push(`$ cost --since 2026-01-03 --until 2026-01-03\n${(await run(costCommand, { since: '2026-01-03', until: '2026-01-03' })).text}`);
    shown.push(`$ cost --until 2020-01-01\n${(await run(costCommand, { until: '2020-01-01' })).text}`);
    await expect(stabilised(shown.join('\n'))).toMatchFileSnapshot('../../golden/cli/cost.txt');
  });

  it.each(['Asia/Kolkata', 'Asia/Kathmandu'])('counts the minutes around midnight to their own day in %s', async (zone) => {
    setTimeZone(zone);
    const usage = { input_tokens: 1_000, output_tokens: 0 };
    const at = (day: number, hour: number, minute: number): string => new Date(2026, 0, day, hour, minute).toISOString();
    const run = await withLogs((home, project) => {
      const call = (id: string, timestamp: string): string => claudeLine({ cwd: project, usage, id, timestamp });
      home.write(claudePath('claude-1', '-here'), [call('msg_1', at(2, 23, 50)), call('msg_2', at(3, 0, 10)), call('msg_3', at(3, 23, 59)), call('msg_4', at(4, 0, 0))].join(''));
    });
    const days = async (values: CommandInput['values']): Promise<object> => {
      const { rows } = JSON.parse((await run(costCommand, { json: true, until: '2026-01-31', ...values })).text) as { rows: { day: string; calls: number }[] };
      return Object.fromEntries(rows.map(({ day, calls }) => [day, calls]));
    };
    expect(await days({})).toEqual({ '2026-01-02': 1, '2026-01-03': 2, '2026-01-04': 1 });
    expect(await days({ all: true })).toEqual({ '2026-01-02': 1, '2026-01-03': 2, '2026-01-04': 1 });
    expect(await days({ since: '2026-01-03', until: '2026-01-03' })).toEqual({ '2026-01-03': 2 });
    expect(await days({ since: '2026-01-03', until: '2026-01-03', all: true })).toEqual({ '2026-01-03': 2 });
  });

  it('tells numbers as JSON: null for a cost of which a part is unknown', async () => {
    const run = await withLogs(writeLogs);
    const { text } = await run(costCommand, { json: true, by: 'model' });
    expect(JSON.parse(text)).toMatchObject({
      by: 'model',
      imported: 4,
      problems: [],
      rows: [
        { model: 'claude-test', source: 'imported', calls: 2, tokensIn: 42_000, tokensOut: 2_000, costUSD: 0.132, unknownCosts: 0 },
        { model: 'claude-test', source: 'here', calls: 1, costUSD: 0.006 },
        { model: 'unlisted', source: 'imported', calls: 2, costUSD: null, knownCostUSD: 0, unknownCosts: 2 },
      ],
      total: { calls: 5, costUSD: null, knownCostUSD: 0.138 },
    });
  });

  it('names logs that could not be read', async () => {
    const run = await withLogs((home) => { home.write('.local/share/amp/threads/T-1.json', '{"id":'); });
    expect((await run(costCommand)).text).toContain('Note: <home>/.local/share/amp/threads/T-1.json: it is no JSON object');
  });

  it.each([
    [{ by: 'colour' }, 'Costs cannot be grouped by "colour".'],
    [{ since: 'yesterday' }, '--since "yesterday" is no date.'],
    [{ until: '2026-02-31' }, '--until "2026-02-31" is no date.'],
    [{ all: true, 'no-import': true }, '--all shows what was imported'],
  ])('refuses %j', async (values, message) => {
    const run = await withLogs(() => undefined);
    const error = await expectCode(run(costCommand, values), 'invalid-argument');
    expect(error.message).toContain(message);
  });
});

describe('amp-orchestrator doctor', () => {
  it('finds a sound store, and adds up anew when it is told to', async () => {
    const run = await withLogs(writeLogs);
    await run(costCommand);
    const checked = await run(doctorCommand);
    const rebuilt = await run(doctorCommand, { rebuild: true });
    await expect(`$ doctor\n${checked.text}\n$ doctor --rebuild\n${rebuilt.text}`).toMatchFileSnapshot('../../golden/cli/doctor.txt');
    expect([checked.code, rebuilt.code]).toEqual([0, 0]);
    expect(JSON.parse((await run(doctorCommand, { json: true })).text)).toMatchObject({ problems: [], wrongRollups: 0, importedCalls: 4, rebuilt: false });
  });
});
