import { formatPlural } from '../../base/format';
import { present } from '../../base/jsonShape';
import type { FoundIssue } from '../../model/evalResult';
import { sha256 } from '../canonicalJson';
import { scriptFile } from '../definitionFiles';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import type { Sandbox, SandboxTold } from './sandbox';
import type { SandboxLanguage, SandboxProblem } from './sandboxProtocol';
import { scriptData } from './scriptContext';
import { mostScriptFindings, scriptJudgement } from './scriptResult';

/** Raised when the same script may give something else: another engine, another context. */
const version = 'script 1, quickjs 0.32.0';
const longestConsole = 8000;
/** Rule of what is wrong with the script itself. */
export const scriptErrorRule = 'script-error';

export interface ScriptEvaluatorServices {
  readonly sandbox: Sandbox;
  /** Told of each line that a script prints while it runs: how one is debugged. */
  readonly onConsole?: (evaluator: string, line: string) => void;
}

interface Script {
  /** Absent when the definition holds the source itself. */
  readonly file?: string;
  readonly source: string;
}

/** Custom evaluators: `async (context) => ({ score, passed, details, findings })` in JavaScript or TypeScript, in a sandbox. See README.md. */
export function createScriptEvaluator({ sandbox, onConsole }: ScriptEvaluatorServices): Evaluator {
  return {
    dependsOnBase: true,
    cacheKey: async (context) => {
      const script = await scriptOf(context);
      // What asks for the time or for the run before it may judge otherwise when it is run again.
      return script === undefined || /\b(Date|previous)\b/.test(script.source) ? undefined : sha256(JSON.stringify([version, script.file, script.source]));
    },
    evaluate: async (context) => {
      const started = performance.now();
      const script = await scriptOf(context);
      if (!script) return { verdict: 'errored', score: null, issues: [], isolation: 'wasm', error: `The script ${context.config.script ?? ''} is not there.` };
      const { tree, input, timeoutMs, signal, config } = context;
      const data = await scriptData(context);
      const result = await sandbox.run({
        source: script.source,
        language: languageOf(script),
        kind: 'function',
        data,
        // It says itself that its time is over, and where it was, before it is ended from outside.
        deadlineMs: Math.max(1, Math.floor(timeoutMs - (performance.now() - started) - Math.min(100, timeoutMs / 10))),
        files: tree,
        listLimits: { findings: mostScriptFindings },
        signal,
        ...(onConsole && { onConsole: (line: string) => { onConsole(config.name, line); } }),
      });
      if (!result.ok) return erroredScript(script, result.problem, result);
      const isKnown = async (file: string): Promise<boolean> => input.changes.some(({ path }) => path === file) || (await tree.size(file)) !== undefined;
      const judgement = await scriptJudgement(result.value, isKnown);
      if (typeof judgement === 'string') return erroredScript(script, { reason: 'result', message: judgement }, result);
      const { score, passed, issues, details, metrics, notes } = judgement;
      const more = result.leftOut['findings'] ?? 0;
      const all = [details, ...notes, more > 0 ? `${formatPlural(more, 'more finding')} ${more === 1 ? 'was' : 'were'} left out.` : undefined, printed(result)].filter((text) => text !== undefined && text !== '');
      return { verdict: passed ? 'passed' : 'failed', score, issues, isolation: 'wasm', ...present({ details: all.length > 0 ? all.join('\n') : undefined, metrics }) };
    },
  };
}

async function scriptOf({ config: { script = '' }, readDefinition }: EvaluatorContext): Promise<Script | undefined> {
  const file = scriptFile(script);
  if (file === undefined) return { source: script };
  const source = await readDefinition(file);
  return source === undefined ? undefined : { file, source };
}

function languageOf({ file }: Script): SandboxLanguage {
  if (file === undefined) return 'either';
  return /\.m?ts$/.test(file) ? 'typescript' : 'javascript';
}

function erroredScript({ file, source }: Script, { message, line, column = 1 }: SandboxProblem, told: SandboxTold): EvaluatorOutcome {
  const place = line === undefined ? (file ?? 'The script') : file === undefined ? `Line ${line} of the script` : `${file}:${line}:${column}`;
  const error = `${place}: ${message}${/[.!?]$/.test(message) ? '' : '.'}`;
  const startLine = line ?? 1;
  const width = (source.split('\n')[startLine - 1] ?? '').length;
  const issue: FoundIssue = {
    ruleId: scriptErrorRule,
    severity: 'error',
    message,
    ...(file === undefined ? {} : { file, range: { startLine, startColumn: column, endLine: startLine, endColumn: Math.max(column, width) + 1 } }),
  };
  return { verdict: 'errored', score: null, issues: [issue], error, isolation: 'wasm', ...present({ details: printed(told) }) };
}

/** The end of what it printed. */
function printed({ console, moreConsole }: SandboxTold): string | undefined {
  if (console.length === 0) return undefined;
  const text = console.join('\n');
  const shown = text.length > longestConsole ? `…${text.slice(-longestConsole)}` : text;
  return `It printed:\n${shown}${moreConsole > 0 ? `\n(and ${formatPlural(moreConsole, 'more line')})` : ''}`;
}
