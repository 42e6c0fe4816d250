import { parseObject, type JsonObject } from '../../base/jsonShape';
import { canonicalJson } from '../canonicalJson';
import { jsonDepth } from '../sandbox/jsonDepth';

/** Characters that an object on stdout may have, and places in them that it may begin at. */
const longestObject = 1024 * 1024;
const mostTries = 200;
const deepestResult = 200;

/** The result of a command: the file that it wrote, or the last JSON object on its stdout. A text is why there is none. */
export function resultsOf(stdout: string, file: string | undefined): { readonly value: JsonObject } | string {
  const written = file === undefined ? undefined : shallowObject(file);
  if (file !== undefined && !written) return 'The file that $AMP_EVAL_RESULT names holds no JSON object, or one that is nested too deeply.';
  const told = lastObject(stdout);
  const isResult = told !== undefined && ('passed' in told || 'score' in told);
  // The code under test can print and write what it likes: of two judgements that differ nobody knows which one is the command's.
  if (written && isResult && canonicalJson(written) !== canonicalJson(told)) return 'It gave two different results: one on stdout, one in the file that $AMP_EVAL_RESULT names.';
  const value = written ?? told;
  return value ? { value } : 'It gave no result: a JSON object { score, passed, details, findings } must be last on stdout, or in the file that $AMP_EVAL_RESULT names.';
}

/** The object that the text ends with: on its last line, or on several, of which the first begins with `{`. */
export function lastObject(text: string): JsonObject | undefined {
  const end = text.trimEnd().slice(-longestObject);
  let start = end.length;
  for (let tries = 0; tries < mostTries && start > 0; tries++) {
    start = end.lastIndexOf('\n{', start - 1);
    const object = shallowObject(end.slice(start + 1));
    if (object || start < 0) return object;
  }
  return undefined;
}

/** What is compared and checked later on is walked through recursively. */
function shallowObject(text: string): JsonObject | undefined {
  const object = parseObject(text);
  return object && jsonDepth(text) <= deepestResult ? object : undefined;
}
