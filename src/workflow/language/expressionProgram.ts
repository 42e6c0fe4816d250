import { asObject } from '../../base/jsonShape';
import { withoutStops } from '../../model/workflow/expression/expressionSyntax';

/** Expressions that are evaluated in one engine, each over data of its own, so that none sees what another one did to it. */
export interface ExpressionProgram {
  readonly source: string;
  /** Index of the expression that has that line (from 1) of the source. */
  expressionAt(line: number | undefined): number | undefined;
  /** Their values. Undefined when what came out is not that: a program that changes built-in objects fools itself. */
  values(result: unknown): readonly unknown[] | undefined;
}

/** Nothing of the program is in the scope of an expression: only the built-in objects and `names`, some of which may have no value. */
export function expressionProgram(expressions: readonly string[], names: readonly string[]): ExpressionProgram {
  const starts: number[] = [];
  const lines = ['((all) => async (data) => {', '  const { parse, stringify } = JSON;', '  const text = all.length > 1 ? stringify(data) : "";', '  const values = [];', '  for (const one of all) values[values.length] = { value: await one(text === "" ? data : parse(text)) };', '  return { values };', '})(['];
  for (const expression of expressions) {
    starts.push(lines.length + 1);
    lines.push(`({ ${names.join(', ')} }) => (`, ...withoutStops(expression).split('\n'), '),');
  }
  lines.push('])');
  return {
    source: lines.join('\n'),
    expressionAt: (line) => {
      const found = line === undefined ? -1 : starts.findLastIndex((start) => start <= line);
      return found < 0 ? undefined : found;
    },
    values: (result) => {
      const values = asObject(result)?.['values'];
      if (!Array.isArray(values) || values.length !== expressions.length) return undefined;
      const read = (values as readonly unknown[]).map(asObject);
      return read.every((entry) => entry !== undefined) ? read.map((entry) => entry['value']) : undefined;
    },
  };
}
