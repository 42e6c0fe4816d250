import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCents } from '../src/money.ts';

test('cents are shown as dollars', () => {
  assert.equal(formatCents(5), '$0.05');
  assert.equal(formatCents(123456789), '$1,234,567.89');
  assert.equal(formatCents(-250), '-$2.50');
});
