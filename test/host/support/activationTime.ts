import { extensionId } from './extension';

interface PerformanceMarks {
  getMarks(): readonly { readonly name: string; readonly startTime: number }[];
}

/** What VS Code measured while it activated the extension, in milliseconds: the figures of "Show Running Extensions". */
export interface ActivationTime {
  readonly loadMs: number;
  readonly activateMs: number;
}

function elapsed(marks: ReturnType<PerformanceMarks['getMarks']>, step: string): number {
  const time = (edge: 'will' | 'did'): number => {
    const name = `code/extHost/${edge}${step}/${extensionId}`;
    const mark = marks.find((candidate) => candidate.name === name);
    if (!mark) throw new Error(`VS Code set no mark ${name}.`);
    return mark.startTime;
  };
  return time('did') - time('will');
}

export function activationTime(): ActivationTime {
  const { MonacoPerformanceMarks: marks } = globalThis as { MonacoPerformanceMarks?: PerformanceMarks };
  if (!marks) throw new Error('This VS Code offers no performance marks.');
  const all = marks.getMarks();
  return { loadMs: elapsed(all, 'LoadExtensionCode'), activateMs: elapsed(all, 'ActivateExtension') };
}
