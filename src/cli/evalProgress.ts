import { plainText } from '../base/plainText';
import type { EvalResult } from '../model/evalResult';
import type { EvaluationService } from '../orchestrator';

export type EvaluateOptions = NonNullable<Parameters<EvaluationService['evaluateSession']>[1]>;

/** Where progress is shown: only a terminal, so that what a script reads or a log keeps is the report alone. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const clearLine = '\r\u001B[K';
const longestLine = 78;

export interface EvaluationProgress {
  readonly onProgress: NonNullable<EvaluateOptions['onProgress']>;
  /** Leaves the terminal as others expect it, however the evaluation has ended. */
  end(): void;
}

/** A line for each evaluator when it has ended, and below them the names of those that still run. */
export function evaluationProgress(stream: ProgressStream, line: (result: EvalResult) => string): EvaluationProgress | undefined {
  if (stream.isTTY !== true) return undefined;
  const running = new Set<string>();
  return {
    onProgress(progress) {
      if (progress.kind === 'started') running.add(progress.evaluator);
      else running.delete(progress.evaluator);
      const ended = progress.kind === 'ended' ? `${line(progress.result)}\n` : '';
      stream.write(`${clearLine}${ended}${running.size === 0 ? '' : shortened(`▸ ${plainText([...running].join(', '))}`)}`);
    },
    end() {
      stream.write(clearLine);
    },
  };
}

function shortened(text: string): string {
  return text.length <= longestLine ? text : `${text.slice(0, longestLine - 1)}…`;
}
