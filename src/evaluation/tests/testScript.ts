import { asObject, asText, parseObject, type JsonObject } from '../../base/jsonShape';

export type ScriptFramework = 'vitest' | 'jest' | 'node' | 'mocha';

/** What the `test` script of a package.json runs, when that is one framework that can tell of single tests. */
export interface ScriptPlan {
  readonly framework: ScriptFramework;
  /** What the script gives the framework, without what only concerns how results are shown. */
  readonly args: readonly string[];
  /** For `node`: switches before `--test`, such as a loader. */
  readonly nodeArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Commands that come before it, a build mostly. */
  readonly before: readonly (readonly string[])[];
}

const maxDepth = 5;
const programs: Readonly<Record<string, ScriptFramework | 'node'>> = { vitest: 'vitest', jest: 'jest', mocha: 'mocha', _mocha: 'mocha', node: 'node' };
/** Programs that only run another one. */
const wrappers = new Set(['npx', 'c8', 'nyc', 'cross-env', 'pnpx', 'bunx']);

/** What concerns only how and where results are shown, by framework: these switches are ours. The second group's values follow as an argument of their own. */
const ownSwitches: Readonly<Record<ScriptFramework, { readonly alone: RegExp; readonly withValue: RegExp }>> = {
  vitest: { alone: /^(run|watch|dev|--watch|-w|--ui|--silent|--coverage|--coverage\..*|--no-watch|--run|--(reporter|outputFile).*=.*)$/, withValue: /^--(reporter|outputFile)$|^--coverage\.(?!enabled$|all$)[a-zA-Z]+$/ },
  jest: { alone: /^(--watch|--watchAll|--json|--coverage|--verbose|--silent|--ci|--collectCoverage|--(outputFile|reporters|coverage\w+|watch\w*)=.*)$/, withValue: /^--(outputFile|reporters|coverageDirectory|coverageReporters)$/ },
  node: { alone: /^(--test|--watch|--experimental-test-coverage|--test-reporter.*=.*)$/, withValue: /^--test-reporter(-destination)?$/ },
  mocha: { alone: /^(--watch|-w|--(reporter|reporter-options?)=.*)$/, withValue: /^(--reporter|-R|--reporter-options?|-O)$/ },
};

export function packageScripts(manifest: string | undefined): JsonObject | undefined {
  return manifest === undefined ? undefined : asObject(parseObject(manifest)?.['scripts']);
}

/** The text of the script, if it is a test: npm's own placeholder is none. */
export function testScript(scripts: JsonObject | undefined): string | undefined {
  const script = asText(scripts?.['test']);
  return script === undefined || script.trim() === '' || script.includes('no test specified') ? undefined : script;
}

/** Undefined for what needs a shell, and for what runs none of the frameworks. */
export function planOfScript(scripts: JsonObject, name = 'test', depth = 0): ScriptPlan | undefined {
  const script = asText(scripts[name]);
  const steps = script === undefined || depth > maxDepth ? undefined : commandsOf(script);
  const last = steps?.at(-1);
  if (!steps || !last) return undefined;
  const plan = planOfCommand(last, scripts, depth);
  const before = [...(name === 'test' && asText(scripts['pretest']) !== undefined ? [['npm', 'run', 'pretest']] : []), ...steps.slice(0, -1)];
  return plan && { ...plan, before: [...before, ...plan.before] };
}

function planOfCommand(words: readonly string[], scripts: JsonObject, depth: number): ScriptPlan | undefined {
  const env: Record<string, string> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const assignment = /^([A-Za-z_]\w*)=(.*)$/.exec(word);
    if (assignment) env[assignment[1] ?? ''] = assignment[2] ?? '';
    else if (/^(npm|pnpm|yarn|bun)$/.test(word)) {
      const plan = planOfScript(scripts, words.slice(at + 1).find((next) => next !== 'run' && next !== 'exec' && !next.startsWith('-')) ?? '', depth + 1);
      return plan && { ...plan, env: { ...env, ...plan.env } };
    } else {
      const framework = programs[word.replace(/^.*\//, '').replace(/\.[cm]?js$/, '')];
      const rest = words.slice(at + 1);
      if (framework === 'node' && !rest.includes('--test')) {
        // `node node_modules/mocha/bin/mocha.js`: the framework comes as node's program.
        if (!rest.some((next) => programs[next.replace(/^.*\//, '').replace(/\.[cm]?js$/, '')])) return undefined;
      } else if (framework) return planOf(framework, rest, env);
      else if (!wrappers.has(word) && !word.startsWith('-') && !wrappers.has(words[0] ?? '')) return undefined;
    }
  }
  return undefined;
}

function planOf(framework: ScriptFramework, words: readonly string[], env: Readonly<Record<string, string>>): ScriptPlan {
  const split = framework === 'node' ? words.indexOf('--test') : 0;
  return { framework, env, before: [], nodeArgs: withoutOwn(framework, words.slice(0, split)), args: withoutOwn(framework, words.slice(split)) };
}

function withoutOwn(framework: ScriptFramework, words: readonly string[]): string[] {
  const { alone, withValue } = ownSwitches[framework];
  return words.filter((word, at) => !alone.test(word) && !withValue.test(word) && !withValue.test(words[at - 1] ?? ''));
}

/** The commands of a script joined by `&&`, each in words; undefined for anything else that only a shell understands. */
export function commandsOf(script: string): string[][] | undefined {
  const commands: string[][] = [[]];
  let rest = script.trim();
  while (rest !== '') {
    const and = /^&&\s*/.exec(rest);
    const word = /^(?:'[^']*'|"[^"$`\\]*"|[^\s'"$`\\|;<>&(){}~#])+/.exec(rest);
    if (and) commands.push([]);
    else if (word) commands.at(-1)?.push(word[0].replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
    else return undefined;
    rest = rest.slice((and ?? word)?.[0].length).trimStart();
  }
  return commands.every((command) => command.length > 0) ? commands : undefined;
}
