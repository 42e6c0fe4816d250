import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineTotalCents, printInvoice, subtotalCents, totalCents } from '../src/invoice.ts';

const coffee = { description: 'Coffee', quantity: 2, unitPrice: 3.5 };
const stamp = { description: 'Stamp', quantity: 1, unitPrice: 1.15 };

test('a line costs its quantity times its price', () => {
  assert.equal(lineTotalCents(coffee), 700);
});

test('a line of one costs exactly its price', () => {
  assert.equal(lineTotalCents(stamp), 115);
});

test('the subtotal is the sum of the lines', () => {
  assert.equal(subtotalCents([coffee, coffee]), 1400);
});

test('tax is added to the subtotal', () => {
  assert.equal(totalCents([coffee], 0.2), 840);
});

test('the printed invoice ends with the total', () => {
  assert.equal(printInvoice([coffee], 0.2), '2 x Coffee  $7.00\nTotal  $8.40');
});
