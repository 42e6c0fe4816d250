import { parentPort } from 'node:worker_threads';
import { errorMessage } from '../../base/errors';
import type { AnalysisKind, AnalysisKinds, AnalysisPass, FromAnalysisWorker, ToAnalysisWorker } from './analysisProtocol';

type Passes = { readonly [Kind in AnalysisKind]: (options: AnalysisKinds[Kind]['options']) => Promise<AnalysisPass<Kind>> };

/** Each loads what it needs when it is first asked for: ESLint and jscpd take their time. */
const passes: Passes = {
  lint: async (options) => (await import('./lintPass')).lintPass(options),
  complexity: async () => (await import('./complexityPass')).complexityPass(),
  duplication: async (options) => (await import('./duplicationPass')).duplicationPass(options),
};

function begin<Kind extends AnalysisKind>(kind: Kind, options: AnalysisKinds[Kind]['options']): Promise<AnalysisPass<AnalysisKind>> {
  return passes[kind](options) as Promise<AnalysisPass<AnalysisKind>>;
}

/** Entry of `evalAnalysisWorker.js`. It is started by `analyser.ts` of the same build, so what arrives needs no schema. */
function main(): void {
  const port = parentPort;
  if (port === null) throw new Error('this script runs in a worker thread');
  const say = (message: FromAnalysisWorker): void => { port.postMessage(message); };
  const enter = (file: string): void => { say({ say: 'entered', file }); };
  let pass: AnalysisPass<AnalysisKind> | undefined;
  async function answer(message: ToAnalysisWorker): Promise<readonly unknown[]> {
    if (message.step === 'begin') {
      pass = await begin(message.kind, message.options);
      return [];
    }
    if (!pass) throw new Error('no job was begun');
    if (message.step === 'part') return pass.take(message.sources as readonly AnalysisKinds[AnalysisKind]['source'][], enter);
    const results = await pass.end(enter);
    pass = undefined;
    return results;
  }
  port.on('message', (message: ToAnalysisWorker) => {
    answer(message).then(
      (results) => { say({ say: 'done', results }); },
      (error: unknown) => { say({ say: 'failed', message: errorMessage(error) }); },
    );
  });
}

main();
