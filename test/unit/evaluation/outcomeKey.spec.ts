import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/evaluation/canonicalJson';
import { outcomeKey, type OutcomeKeyParts } from '../../../src/evaluation/outcomeKey';

const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 4, maxLength: 6 });
const parts: fc.Arbitrary<OutcomeKeyParts> = fc.record({
  config: fc.record({ name: fc.constantFrom('a', 'b'), use: fc.constantFrom('eslint' as const, 'tests' as const), options: fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }), include: fc.array(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 2 }) }),
  setup: fc.array(fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
  treeHash: hash,
  change: fc.option(fc.record({ headTreeHash: hash, baseTreeHash: hash }), { nil: undefined }),
  runs: fc.integer({ min: 1, max: 3 }),
  metrics: fc.dictionary(fc.constantFrom('tests', 'eslint'), fc.dictionary(fc.constantFrom('score', 'lines'), fc.integer({ min: 0, max: 3 })), { maxKeys: 2 }),
  cacheKey: fc.string({ maxLength: 4 }),
});

describe('the key of an outcome', () => {
  it('is another one for any change of what decides it, and the same for the same', () => {
    fc.assert(
      fc.property(parts, parts, fc.constantFrom(...(['config', 'setup', 'treeHash', 'change', 'runs', 'metrics', 'cacheKey'] as const)), (one, other, member) => {
        const changed = { ...one, [member]: other[member] };
        expect(outcomeKey(changed) === outcomeKey(one)).toBe(canonicalJson(other[member]) === canonicalJson(one[member]));
        expect(outcomeKey(structuredClone(one))).toBe(outcomeKey(one));
        expect(outcomeKey(one)).toMatch(/^[0-9a-f]{64}$/);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on what an outcome counts for', () => {
    const one: OutcomeKeyParts = { config: { name: 'a', use: 'eslint' }, setup: [], treeHash: 't', change: undefined, runs: 1, metrics: {}, cacheKey: 'k' };
    expect(outcomeKey({ ...one, config: { ...one.config, weight: 3, required: true, timeout: 5, trials: { runs: 1 }, noNewFindings: true, minScore: 5 } })).toBe(outcomeKey(one));
    expect(outcomeKey({ ...one, config: { ...one.config, exclude: ['a'] } })).not.toBe(outcomeKey(one));
  });
});
