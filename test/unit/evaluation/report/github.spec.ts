import { describe, expect, it } from 'vitest';
import { reportGitHub } from '../../../../src/evaluation/report/github';
import { evalFinding, evalReport, evalResult, hostileTexts, reportSaying } from '../../../support/evalReports';

interface RunnerCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** As the runner reads a line: https://github.com/actions/runner, ActionCommand.cs, both of its syntaxes and Azure's. */
function parseLine(line: string): RunnerCommand | undefined {
  const trimmed = line.trimStart();
  if (trimmed.startsWith('::')) {
    const end = trimmed.indexOf('::', 2);
    if (end < 0) return undefined;
    const head = trimmed.slice(2, end);
    const space = head.indexOf(' ');
    const pairs = space < 0 ? [] : head.slice(space + 1).split(',').map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), unescaped(pair.slice(pair.indexOf('=') + 1), true)] as const);
    return { name: space < 0 ? head : head.slice(0, space), properties: Object.fromEntries(pairs), data: unescaped(trimmed.slice(end + 2), false) };
  }
  const old = /##(?:vso)?\[([^\]]*)\]?/.exec(line);
  return old ? { name: `old ${old[1] ?? ''}`, properties: {}, data: line } : undefined;
}

function unescaped(text: string, isProperty: boolean): string {
  const plain = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return (isProperty ? plain.replaceAll('%3A', ':').replaceAll('%2C', ',') : plain).replaceAll('%25', '%');
}

function commandsOf(output: string): RunnerCommand[] {
  return output.split(/\r\n|[\r\n]/).flatMap((line) => parseLine(line) ?? []);
}

/** What the runner is told of a text: old commands are taken apart. */
function told(text: string): string {
  return text.toWellFormed().replace(/##(?=\w*\[)/g, '# #');
}

describe('the GitHub report', () => {
  it('holds no command of the runner but its own, for 500 hostile strings', () => {
    for (const text of hostileTexts()) {
      const commands = commandsOf(reportGitHub(reportSaying(text)));
      expect(commands.map(({ name }) => name), JSON.stringify(text)).toEqual(['error', 'notice', 'error', 'error']);
      const [finding, note, gate, verdict] = commands;
      expect(finding?.properties, JSON.stringify(text)).toEqual({ file: told(text.replaceAll('\0', '') || 'file'), line: '1', col: '1', title: told(`eslint/${text}`) });
      expect(finding?.data).toBe(told(text));
      expect(note?.properties).toEqual({ title: told(`eslint/${text}`) });
      expect(gate).toEqual({ name: 'error', properties: { title: 'Evaluation gate' }, data: told(`${text} ${text}`) });
      expect(verdict?.data).toBe('failed, 50 of 100 (weight 1 of 2 scored)');
    }
  });

  it('is read by a reader that would see others', () => {
    expect(commandsOf('a\n  ::add-mask::x\rtext ##[error]y\n##vso[task.x]z').map(({ name }) => name)).toEqual(['add-mask', 'old error', 'old task.x']);
  });

  it('annotates only what the change brings, ten of each kind', () => {
    const findings = (['error', 'warning', 'info'] as const).flatMap((severity) => Array.from({ length: 30 }, (_, index) => evalFinding({ severity, message: `${severity} ${index}`, file: 'a.ts', isNew: index >= 5, ...(index === 5 ? { accepted: 'ok' } : {}) })));
    const commands = commandsOf(reportGitHub(evalReport({ results: [evalResult({ name: 'x', findings })] })));
    expect(commands.map(({ name, data }) => `${name} ${data}`)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `error error ${index + 6}`),
      ...Array.from({ length: 10 }, (_, index) => `warning warning ${index + 6}`),
      ...Array.from({ length: 10 }, (_, index) => `notice info ${index + 6}`),
      'notice passed, nothing scored',
    ]);
  });
});
