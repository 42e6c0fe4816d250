import fc from 'fast-check';
import type { EvalReport } from '../../src/model/evalReport';
import type { EvalFinding, EvalResult, FindingRange } from '../../src/model/evalResult';

export function evalResult(part: Partial<EvalResult> & Pick<EvalResult, 'name'>): EvalResult {
  const { verdict = 'passed' } = part;
  const score = verdict === 'passed' ? 100 : verdict === 'failed' ? 20 : null;
  return { id: `result-${part.name}`, verdict, passed: verdict === 'passed', score, duration: 1250, findings: [], isolation: 'process', weight: 1, required: false, ...part };
}

export function evalFinding(part: Partial<EvalFinding> = {}): EvalFinding {
  return { evaluator: 'eslint', ruleId: 'no-undef', message: '\'total\' is not defined.', severity: 'error', fingerprint: '00ff00ff00ff00ff', ...part };
}

export function evalReport(part: Partial<EvalReport> = {}): EvalReport {
  return {
    id: 'report-1',
    suite: 'all',
    target: { kind: 'checkout' },
    binding: { baseSha: 'ba5e'.repeat(10), headSha: 'c0de'.repeat(10), definitionHash: 'def0'.repeat(16) },
    treeHash: '7ee5'.repeat(10),
    partial: false,
    startedAt: Date.UTC(2026, 10, 22, 14, 3, 12),
    endedAt: Date.UTC(2026, 10, 22, 14, 3, 19),
    results: [],
    score: null,
    scoredWeight: 0,
    totalWeight: 0,
    verdict: 'passed',
    reasons: [],
    changedFiles: 0,
    notices: [],
    ...part,
  };
}

/** A report in which everything is there that a report can tell. */
export function richReport(): EvalReport {
  const place = (startLine: number, startColumn: number, end?: { readonly endLine: number; readonly endColumn?: number }): FindingRange => ({ startLine, startColumn, ...end });
  return evalReport({
    target: { kind: 'session', sessionId: 'V1StGXR8_Z5jdHi6B-myT' },
    verdict: 'failed',
    score: 71.46,
    scoredWeight: 6,
    totalWeight: 8,
    changedFiles: 4,
    results: [
      evalResult({ name: 'tests', verdict: 'failed', score: 96.2, weight: 3, required: true, duration: 61_400, metrics: { passed: 50, failed: 2 }, trials: { runs: 3, passed: 1, flaky: true }, details: 'FAIL test/sum.test.ts\n  ✗ adds | subtracts\n```\nexpected 3 to be 4\n```', findings: [
        evalFinding({ evaluator: 'tests', ruleId: 'failed', message: 'adds: expected 3 to be 4\n  at sum (src/sum.ts:2:3)', file: 'test/sum.test.ts', range: place(4, 1), fingerprint: '1000000000000001', isNew: true }),
        evalFinding({ evaluator: 'tests', ruleId: 'deleted', message: 'A test that passed on the base is gone: "subtracts".', fingerprint: '1000000000000002', isNew: true }),
      ] }),
      evalResult({ name: 'eslint', score: 84, findings: [
        evalFinding({ file: 'src/sum.ts', range: place(2, 3, { endLine: 2, endColumn: 8 }), fingerprint: '2000000000000001', isNew: true, helpUri: 'https://eslint.org/docs/latest/rules/no-undef' }),
        evalFinding({ ruleId: 'no-unused-vars', message: '\'old\' is defined but never used. [See](http://example.com)', severity: 'warning', file: 'src/sum.ts', range: place(9, 7, { endLine: 10 }), fingerprint: '2000000000000002', isNew: false }),
        evalFinding({ ruleId: 'no-console', message: 'Unexpected console statement.', severity: 'info', file: 'src/größe & co/100%.ts', fingerprint: '2000000000000003', isNew: true, accepted: 'A tool | for people: @ops knows.' }),
      ], moreFindings: 12, cached: true }),
      evalResult({ name: 'coverage', verdict: 'errored', required: true, weight: 2, error: 'The report coverage/lcov.info was not written.', duration: 900 }),
      evalResult({ name: 'typescript', verdict: 'unscored', weight: 1, isolation: 'none', error: 'There is no TypeScript here. Install it: npm install --save-dev typescript', duration: 0 }),
      evalResult({ name: 'diff-size', weight: 0, isolation: 'none', duration: 3, metrics: { lines: 120 } }),
    ],
    reasons: [
      { kind: 'required-failed', evaluator: 'tests', message: 'tests failed with a score of 96.2 and 2 findings, 2 of them not in the base.', advice: 'Correct what it found, send it to the session, or accept what you can live with.' },
      { kind: 'required-errored', evaluator: 'coverage', message: 'coverage could not be run: The report coverage/lcov.info was not written.', advice: 'Make it run, or merge all the same and say why.' },
    ],
    notices: ['Dependencies are those of the checkout (node_modules).'],
  });
}

/** A report in which one text stands wherever tools, models and people write theirs. */
export function reportSaying(text: string): EvalReport {
  const file = text.replaceAll('\0', '') || 'file';
  const told = { message: text, ruleId: text, helpUri: text };
  return evalReport({
    verdict: 'failed',
    score: 50,
    scoredWeight: 1,
    totalWeight: 2,
    results: [
      evalResult({ name: 'eslint', verdict: 'failed', details: text, findings: [
        evalFinding({ ...told, file, range: { startLine: 1, startColumn: 1 }, isNew: true }),
        evalFinding({ ...told, severity: 'warning', file, accepted: text, isNew: false }),
        evalFinding({ ...told, severity: 'info' }),
      ] }),
      evalResult({ name: 'tests', verdict: 'errored', error: text }),
      evalResult({ name: 'typescript', verdict: 'unscored', error: text }),
    ],
    reasons: [{ kind: 'required-failed', evaluator: 'eslint', message: text, advice: text }],
    notices: [text],
  });
}

const nasty = [
  ']]>', '<!--', '-->', '<script>alert(1)</script>', '<?xml?>', '&amp;&#0;', '"', '\'', '\u0000', '\u0008', '\u001B[31m', '\u007F', '\u0085', '\u2028', '\uD800', '\uDFFF', '\uFFFE', '\uFFFF', '\uFEFF', '\u202E',
  '|', '\\|', '\\', '`', '``', '```', '\n', '\r', '\r\n', '\n\n', '\n# ', '\n- ', '\n| a |', '[a](http://evil.example)', '![a](http://evil.example/a.png)', '<http://evil.example>', 'http://evil.example', 'https://evil.example/?a=b&c=(d)', 'www.evil.example', 'evil@evil.example',
  '@octocat', '<img src=x onerror=alert(1)>', '**', '__', '~~', '$x$', '[x]: http://evil.example', '[^1]', '&lt;', '\\[', '](',
  '::error::pwned', '::set-output name=a::b', '\n::add-mask::x', ' ::warning file=a::b', '##[error]pwned', '##[group]x', '##vso[task.setvariable variable=a]b', '###[x]', '#', '[', ':', ',', '%', '%0A', '%25', '=', '::stop-commands::x', '::', ' ', '\t', 'ü', '🙂', 'word', 'src/a.ts:3:5',
];

/** 500 texts: each piece that breaks a format alone, then pieces and any characters put together. The same ones every time. */
export function hostileTexts(): readonly string[] {
  const piece = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...nasty) }, fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ maxLength: 12 }));
  const mixed = fc.array(piece, { minLength: 2, maxLength: 8 }).map((pieces) => pieces.join(''));
  return [...nasty, ...fc.sample(mixed, { seed: 4, numRuns: 500 - nasty.length })];
}
