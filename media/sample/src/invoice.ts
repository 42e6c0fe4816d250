import { formatCents } from './money.ts';

export interface InvoiceLine {
  readonly description: string;
  readonly quantity: number;
  /** In dollars, with at most two decimals. */
  readonly unitPrice: number;
}

/** What one line costs, in cents. */
export function lineTotalCents(line: InvoiceLine): number {
  return Math.floor(line.quantity * line.unitPrice * 100);
}

/** What all lines cost, in cents, before tax. */
export function subtotalCents(lines: readonly InvoiceLine[]): number {
  return lines.reduce((sum, line) => sum + lineTotalCents(line), 0);
}

/** `taxRate` is a fraction: 0.19 for 19 %. */
export function totalCents(lines: readonly InvoiceLine[], taxRate: number): number {
  const subtotal = subtotalCents(lines);
  return subtotal + Math.floor(subtotal * taxRate);
}

export function printInvoice(lines: readonly InvoiceLine[], taxRate: number): string {
  const rows = lines.map((line) => `${line.quantity} x ${line.description}  ${formatCents(lineTotalCents(line))}`);
  return [...rows, `Total  ${formatCents(totalCents(lines, taxRate))}`].join('\n');
}
