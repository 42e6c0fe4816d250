import type { FindingSeverity, FoundIssue } from '../../model/evalResult';
import { isIn, MovedLines, placeOf, type SourceFile } from '../changes/changedSources';
import { issueAt, type ReviewedChange } from './integrityRule';
import { isRunAsTest } from './runAsTest';

interface Trick {
  readonly ruleId: string;
  readonly severity: FindingSeverity;
  readonly message: string;
  readonly pattern: RegExp;
  /** Where it is looked for; strings are part of what is not `code`. */
  readonly in: 'code' | 'uncommented';
  readonly where: 'tests' | 'anywhere';
}

const resultWords = String.raw`(?:\bPASS(?:ED)?\b|\bok \d|\d+ (?:passed|passing)\b|\bTAP version\b|# (?:pass|fail|tests) \d|test result: ok|All tests passed|Tests:\s+\d+)`;

const assigned = String.raw`\s*=(?![=>])`;
const assertionReplaced = [
  String.raw`\bassert(?:\.strict)?\.\w+${assigned}`,
  String.raw`\b(\w+)\s*=\s*require\(\s*["'](?:node:)?assert(?:/strict)?["']\s*\)[^]{0,2000}?\b\1\.\w+${assigned}`,
  String.raw`\bObject\.is${assigned}`,
  String.raw`\bexpect\.extend\s*\(\s*\{[^}]*?\bto(?:Be|Equal|StrictEqual|Throw|Contain|Match)\s*[(:]`,
  String.raw`\bTestCase\.assert\w+${assigned}`,
].join('|');

const tricks: readonly Trick[] = [
  { ruleId: 'runner-ended', severity: 'error', message: 'This ends the test runner as if everything had passed.', pattern: /\bprocess\s*\.\s*(?:exit|reallyExit)\s*\(\s*0\s*\)|\bprocess\s*\.\s*kill\s*\(\s*process\.pid\b|\bos\._exit\s*\(\s*0?\s*\)|\bsys\.exit\s*\(\s*0\s*\)|\bpytest\.exit\s*\([^)\n]*returncode\s*=\s*0|\bos\.Exit\s*\(\s*0\s*\)|\bprocess::exit\s*\(\s*0\s*\)|\bDeno\.exit\s*\(\s*0?\s*\)/g, in: 'code', where: 'tests' },
  { ruleId: 'runner-ended', severity: 'warning', message: 'This sets how the test runner ends.', pattern: /\bprocess\s*\.\s*exit\s*\(\s*\)|\bprocess\s*\.\s*exitCode\s*=\s*0\b/g, in: 'uncommented', where: 'tests' },
  { ruleId: 'result-imitated', severity: 'warning', message: 'This prints what a test runner prints when tests pass.', pattern: new RegExp(String.raw`\b(?:console\.\w+|process\.stdout\.write|print|println!?|fmt\.Print\w*|sys\.stdout\.write)\s*\(\s*f?["'\`][^\n]*${resultWords}`, 'g'), in: 'uncommented', where: 'tests' },
  { ruleId: 'result-imitated', severity: 'warning', message: 'This writes a file where tools write their results.', pattern: /\b(?:writeFile(?:Sync)?|createWriteStream|open|write_text|WriteFile)\s*\(\s*[^\n]*(?:junit[\w.-]*\.xml|test-results|lcov\.info|coverage-(?:final|summary)\.json|coverage\.xml)/g, in: 'uncommented', where: 'anywhere' },
  { ruleId: 'result-forged', severity: 'error', message: 'This tells the test runner that a test has passed, whatever it did.', pattern: /\.outcome\s*=\s*["']passed["']|\bsetattr\s*\([^)\n]*["']outcome["']|\bcall\.excinfo\s*=\s*None\b/g, in: 'uncommented', where: 'anywhere' },
  { ruleId: 'result-forged', severity: 'error', message: 'This replaces an assertion by another one.', pattern: new RegExp(assertionReplaced, 'g'), in: 'uncommented', where: 'anywhere' },
  { ruleId: 'result-forged', severity: 'error', message: 'This is equal to everything, so that every comparison with it passes.', pattern: /\bdef\s+__eq__\s*\([^)]*\)[^:\n]*:\s*return\s+True\b/g, in: 'uncommented', where: 'anywhere' },
  { ruleId: 'runner-detected', severity: 'info', message: 'What follows depends on whether tests run.', pattern: /\bprocess\.env(?:\.|\[["'])(?:CI|VITEST\w*|JEST_WORKER_ID|NODE_TEST_CONTEXT|TEST|MOCHA\w*)\b|\bprocess\.env\.NODE_ENV\s*[!=]==?\s*["']test["']|\bos\.(?:environ(?:\.get)?|getenv)\s*[[(]\s*["'](?:CI|PYTEST_CURRENT_TEST|TOX_ENV_NAME)["']|["']pytest["']\s+in\s+sys\.modules|\btesting\.Testing\s*\(\s*\)|\bos\.Getenv\s*\(\s*"CI"\s*\)|\bcfg!\s*\(\s*test\s*\)/g, in: 'uncommented', where: 'anywhere' },
];

const setUp = /(?:^|\/)(?:[\w.-]*(?:setup|teardown|bootstrap|hooks)[\w.-]*\.\w+|conftest\.py|sitecustomize\.py)$/i;

/** What fools a test runner, or whoever reads its output: `runner-ended`, `result-imitated`, `result-forged`, `runner-detected`. */
export function runnerTricks({ sources }: ReviewedChange): readonly FoundIssue[] {
  const moved = new MovedLines(sources);
  return sources.flatMap(({ head, change, isTest }): readonly FoundIssue[] => {
    if (head?.language === undefined) return [];
    const isOfTests = isTest || setUp.test(change.path);
    // Programs that tests start end as they like.
    const worst = isRunAsTest(change.path) || setUp.test(change.path) ? undefined : 'warning';
    return tricks
      .filter(({ where }) => where === 'anywhere' || isOfTests)
      .flatMap(({ ruleId, severity, message, pattern, in: part, where }) =>
        [...head[part].matchAll(pattern)].flatMap(({ index }) => {
          const { startLine } = placeOf(head, index);
          return isIn(change.added, startLine) && isCode(head, index) && !moved.take(head, startLine) ? [issueAt(head, index, ruleId, severity === 'error' && where === 'tests' ? (worst ?? severity) : severity, message)] : [];
        }),
      );
  });
}

/** Not the beginning of something in a string. */
function isCode({ code, uncommented }: SourceFile, offset: number): boolean {
  return code.charAt(offset) === uncommented.charAt(offset);
}
