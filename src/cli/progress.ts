import { formatClock, formatCost, formatDuration, formatTokens } from '../base/format';
import type { AmpTraceEvent, SpanStatus } from '../model/span';
import { tokensIn, tokensOut } from '../model/usage';
import { plainText } from '../base/plainText';

const marks: Record<SpanStatus, string> = { running: '▸', success: '✓', error: '✗', cancelled: '–' };
const nameWidth = 64;

/** Prints the steps of a session as they happen: those with steps inside when they start, all when they end. */
export class ProgressPrinter {
  private readonly depths = new Map<string, number>();

  constructor(
    private readonly print: (line: string) => void,
    private readonly color: boolean,
  ) {}

  /** Makes known where a span stands. */
  indent(span: AmpTraceEvent): number {
    const depth = span.parentId === undefined ? 0 : (this.depths.get(span.parentId) ?? -1) + 1;
    this.depths.set(span.id, depth);
    return depth;
  }

  started(span: AmpTraceEvent): void {
    const depth = this.indent(span);
    if (isGroup(span)) this.print(this.line(span, depth, formatClock(span.tsStart, span.tsStart)));
  }

  finished(span: AmpTraceEvent): void {
    const depth = this.depths.get(span.id) ?? 0;
    this.print(this.line(span, depth, formatClock(span.tsEnd ?? span.tsStart, span.tsStart)));
    if (span.errorMessage !== undefined) this.print(`${' '.repeat(12 + depth * 2)}${this.paint(plainText(firstLine(span.errorMessage)), 'error')}`);
  }

  private line(span: AmpTraceEvent, depth: number, clock: string): string {
    const mark = this.paint(marks[span.status], span.status);
    const name = `${'  '.repeat(depth)}${mark} ${shortened(plainText(span.name), nameWidth - depth * 2)}`;
    const pad = ' '.repeat(Math.max(1, nameWidth + 2 - depth * 2 - 2 - shortened(plainText(span.name), nameWidth - depth * 2).length));
    return `${clock}  ${name}${span.status === 'running' ? '' : `${pad}${facts(span)}`}`.trimEnd();
  }

  private paint(text: string, status: SpanStatus): string {
    if (!this.color) return text;
    const code = { running: 34, success: 32, error: 31, cancelled: 90 }[status];
    return `\u001B[${code}m${text}\u001B[0m`;
  }
}

function isGroup(span: AmpTraceEvent): boolean {
  return (span.type === 'agent' && !span.name.includes(':')) || (span.type === 'git' && span.name.startsWith('Merge'));
}

function facts({ tsStart, tsEnd, usage, costNano }: AmpTraceEvent): string {
  const parts = [
    tsEnd !== undefined && tsEnd > tsStart ? formatDuration(tsEnd - tsStart) : undefined,
    usage === undefined || tokensIn(usage) + tokensOut(usage) === 0 ? undefined : `${formatTokens(tokensIn(usage))} in, ${formatTokens(tokensOut(usage))} out`,
    costNano === undefined ? undefined : formatCost(costNano),
  ];
  return parts.filter((part) => part !== undefined).join('  ');
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
