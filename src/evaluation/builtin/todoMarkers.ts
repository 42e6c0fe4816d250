import { Type } from '@sinclair/typebox';
import { formatPlural } from '../../base/format';
import type { FoundIssue } from '../../model/evalResult';
import { changedSources, isIn, lineText, MovedLines, placeOf, type ChangedSource } from '../changes/changedSources';
import { onChange } from '../changes/onChange';
import type { Evaluator } from '../evaluator';
import { optionsCheck } from '../checkedOptions';

const defaultMarkers = ['TODO', 'FIXME', 'HACK', 'XXX'] as const;
const pointsPerMarker = 5;
const longestShown = 120;

export const TodoMarkersOptionsSchema = Type.Object(
  {
    markers: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 40, pattern: '^\\S+$' }), { minItems: 1, maxItems: 50, description: `Words, upper and lower case told apart. Default: ${defaultMarkers.join(', ')}.` })),
    max: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'More new markers fail.' })),
  },
  { additionalProperties: false },
);

/** Work that a change leaves to others: markers in comments of lines that it adds. Score: 100 − 5 a marker. Metrics: `markers`. */
export function createTodoMarkersEvaluator(): Evaluator {
  const check = optionsCheck(TodoMarkersOptionsSchema);
  return {
    dependsOnBase: true,
    cacheKey: () => Promise.resolve('todo-markers 1'),
    evaluate: (context) =>
      onChange(context, async () => {
        const { markers = defaultMarkers, max = 0 } = check(context.config.options);
        const sources = await changedSources(context);
        const moved = new MovedLines(sources);
        const issues = sources.flatMap((source) => markersIn(source, markers, moved));
        return {
          verdict: issues.length <= max ? 'passed' : 'failed',
          score: Math.max(0, 100 - pointsPerMarker * issues.length),
          issues,
          details: `${formatPlural(issues.length, 'new marker')} in comments.`,
          isolation: 'none',
          metrics: { markers: issues.length },
        };
      }),
  };
}

function markersIn({ head, change }: ChangedSource, markers: readonly string[], moved: MovedLines): readonly FoundIssue[] {
  if (head?.language === undefined) return [];
  const words = markers.map((marker) => marker.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|');
  return [...head.comments.matchAll(new RegExp(String.raw`(?<![\w-])(${words})(?![\w-])`, 'g'))].flatMap(({ 0: marker, index }): FoundIssue[] => {
    const { startLine, startColumn } = placeOf(head, index);
    if (!isIn(change.added, startLine) || moved.take(head, startLine)) return [];
    const line = lineText(head, startLine);
    const said = line.slice(line.indexOf(marker)).replace(/\s*(?:\*\/|-->)$/, '');
    return [{ ruleId: 'marker-added', severity: 'warning', file: head.file, range: { startLine, startColumn, endLine: startLine, endColumn: startColumn + marker.length }, message: said.length > longestShown ? `${said.slice(0, longestShown)}…` : said }];
  });
}
