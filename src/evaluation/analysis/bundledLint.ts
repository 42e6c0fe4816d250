import path from 'node:path/posix';
import { asText, parseObject } from '../../base/jsonShape';
import type { EvaluatorContext } from '../evaluator';
import { analysisFailure, analysisTimeMs } from './analysisTime';
import type { Analyser } from './analyser';
import type { LintSource, SourceTypes } from './analysisProtocol';
import { foldersUp } from './installedTools';
import type { LintFailure, LintRun } from './lintRun';
import { isMinified, textOf } from './reviewedFiles';

/** A larger file is nobody's handwriting. */
const largestFileBytes = 5 * 1024 * 1024;

export function isLintedByBundle(file: string): boolean {
  return /\.(js|mjs|cjs|jsx)$/.test(file);
}

export interface BundledLintRequest {
  readonly files: readonly string[];
  readonly allowInlineConfig: boolean;
}

/** Lints JavaScript with the recommended core rules, in a worker. What is minified or too large is counted as ignored. */
export async function lintBundled(analyser: Analyser, { files, allowInlineConfig }: BundledLintRequest, { tree, timeoutMs, signal }: Pick<EvaluatorContext, 'tree' | 'timeoutMs' | 'signal'>): Promise<LintRun | LintFailure> {
  let ignored = 0;
  const packageTypes = new Map<string, Promise<string | undefined>>();
  async function* sources(): AsyncGenerator<LintSource> {
    for (const file of files) {
      const text = await textOf(tree, file, largestFileBytes);
      if (text === undefined || isMinified(file, text)) ignored++;
      else yield { file, text, sourceTypes: await sourceTypes(file, text) };
    }
  }

  async function sourceTypes(file: string, text: string): Promise<SourceTypes> {
    if (file.endsWith('.mjs')) return ['module'];
    if (file.endsWith('.cjs')) return ['commonjs'];
    const type = await packageType(file);
    // Without a type Node looks at the text as well.
    const isModule = type === 'module' || (type === undefined && /^\s*(import\b(?!\s*\()|export\b)/m.test(text));
    return isModule ? ['module', 'commonjs'] : ['commonjs', 'module', 'script'];
  }

  /** `type` of the nearest package.json, as Node looks for it. */
  async function packageType(file: string): Promise<string | undefined> {
    for (const folder of foldersUp(path.dirname(file))) {
      let manifest = packageTypes.get(folder);
      if (!manifest) packageTypes.set(folder, (manifest = textOf(tree, path.join(folder, 'package.json'), largestFileBytes)));
      const text = await manifest;
      if (text !== undefined) return asText(parseObject(text)?.['type']);
    }
    return undefined;
  }

  const analysed = await analyser.run({ kind: 'lint', options: { allowInlineConfig }, sources: sources(), timeoutMs: analysisTimeMs(timeoutMs), signal });
  if (!analysed.ok) return { error: analysisFailure(analysed, timeoutMs), isolation: 'none' };
  const broken = analysed.results.find(({ problem }) => problem !== undefined);
  if (broken) return { error: `The linter broke on ${broken.file}: ${broken.problem ?? ''}`, isolation: 'none' };
  return { files: analysed.results, docs: {}, ignored, isolation: 'none' };
}
