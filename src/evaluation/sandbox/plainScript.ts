import { transform } from 'sucrase';
import { errorMessage } from '../../base/errors';
import { asNumber, asObject, present } from '../../base/jsonShape';
import type { SandboxLanguage, SandboxProblem } from './sandboxProtocol';

/** A program that the engine can read. Lines are those of its source. */
export interface PlainScript {
  readonly code: string;
  /** `expression`: the code stands in brackets, the first of them before its first column. */
  readonly form: 'expression' | 'module';
}

/**
 * Ways to read a source, the likeliest first: without types, and as an expression where it is one (a bare function is one, and as a module it
 * would be lost). Instead of what cannot be stripped of its types comes why.
 */
export function* readings(source: string, language: SandboxLanguage, forms: readonly PlainScript['form'][]): Generator<PlainScript | SandboxProblem> {
  for (const typed of language === 'either' ? [false, true] : [language === 'typescript']) {
    for (const form of forms) {
      // A stop at the end is habit, and none of the expression.
      const code = form === 'module' ? source : `(${source.replace(/[;\s]+$/, '')}\n)`;
      yield typed ? withoutTypes(code, form) : { code, form };
    }
  }
}

function withoutTypes(code: string, form: PlainScript['form']): PlainScript | SandboxProblem {
  try {
    return { code: transform(code, { transforms: ['typescript'], disableESTransforms: true }).code, form };
  } catch (error) {
    const place = asObject(asObject(error)?.['loc']);
    const message = errorMessage(error).replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, '');
    return { reason: error instanceof RangeError ? 'memory' : 'syntax', message: error instanceof RangeError ? 'it is nested too deeply' : `SyntaxError: ${message}`, ...present({ line: asNumber(place?.['line']), column: asNumber(place?.['column']) }) };
  }
}
