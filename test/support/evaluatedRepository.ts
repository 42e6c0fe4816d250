import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

const noLeftovers = `/** No call of console.log goes into the product. */
async (context) => {
  const findings = [];
  for (const { path } of context.changes) {
    if (!path.startsWith('src/')) continue;
    const text = await context.read(path);
    (text ?? '').split('\\n').forEach((line, index) => {
      const column = line.indexOf('console.log');
      if (column >= 0) findings.push({ ruleId: 'leftover', message: 'console.log was left behind.', severity: 'error', file: path, range: { startLine: index + 1, startColumn: column + 1 } });
    });
  }
  console.log(\`looked at the change, \${findings.length} found\`);
  return { score: findings.length === 0 ? 100 : 40, passed: findings.length === 0, findings };
};
`;

/** What the agent of the tests does: it leaves a fault behind, and mends it when it is told of one. It keeps each prompt that it is given. */
const agent = `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const [prompts, prompt] = process.argv.slice(2);
appendFileSync(prompts, JSON.stringify(prompt) + '\\n');
const mends = prompt.includes('Fix what the evaluation');
const lines = ['/** Sum of all lines. */', 'export function total(lines) {', "  let sum = 0;", '  for (const line of lines) sum += line;', ...(mends ? [] : ["  const unused = 1;", '  console.log(sum);']), '  return sum;', '}', ''];
writeFileSync('src/total.js', lines.join('\\n'));
console.log(mends ? 'Mended.' : 'Done.');
`;

export interface EvaluatedRepository {
  /** Its folder; what is beside it belongs to it as well. */
  readonly folder: string;
  /** Removed when the test is over. */
  readonly around: string;
  /** Program and arguments of the agent. */
  readonly argv: readonly string[];
  /** A line of JSON for each prompt that the agent was given. */
  readonly prompts: string;
}

/** A small JavaScript project with a built-in and a custom evaluator in its base, and an agent that makes and mends a fault. */
export function makeEvaluatedRepository(): EvaluatedRepository {
  const around = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'amp-evaluated-')));
  const folder = path.join(around, 'shop');
  const files = {
    'package.json': '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module" }\n',
    'src/total.js': '/** Sum of all lines. */\nexport function total(lines) {\n  return lines[0];\n}\n',
    '.amp/evals.json': `${JSON.stringify({ version: 1, evaluators: [{ name: 'eslint', use: 'eslint', required: true }, { name: 'leftovers', script: '.amp/evals/leftovers.js', required: true }] }, undefined, 2)}\n`,
    '.amp/evals/leftovers.js': noLeftovers,
    '../agent.mjs': agent,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const git = (...args: readonly string[]): void => void execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Sample Author');
  git('config', 'user.email', 'sample@example.com');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Shop with evaluations');
  const prompts = path.join(around, 'prompts.jsonl');
  return { folder, around, argv: [process.execPath, path.join(around, 'agent.mjs'), prompts, '{prompt}'], prompts };
}
