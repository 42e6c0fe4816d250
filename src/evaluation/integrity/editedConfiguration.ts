import { basename, dirname } from 'node:path/posix';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { evalConfigFile } from '../../model/evalConfig';
import type { FindingRange, FoundIssue } from '../../model/evalResult';
import { condensed } from './foundCase';
import { configurationKind, packageChanges, saysTheSame, sectionChanges } from './configurationFiles';
import { at, type ReviewedChange } from './integrityRule';
import type { ChangedSource, SourceFile } from '../changes/changedSources';

const withSections = /(?:^|\/)(?:pyproject\.toml|setup\.cfg|Cargo\.toml)$/;

/**
 * What decides how a change is judged, edited in that change: `evaluation-edited`, `evaluator-edited`, `ci-edited`,
 * `test-configuration-edited`, `check-configuration-edited`, `script-edited`.
 */
export function editedConfiguration({ sources, evaluatorFiles }: ReviewedChange): readonly FoundIssue[] {
  return sources.flatMap((source): readonly FoundIssue[] => {
    const { path, previousPath } = source.change;
    const names = [path, ...(previousPath === undefined ? [] : [previousPath])];
    if (names.some((name) => evaluatorFiles.includes(name))) return [wholeFile(source, 'evaluator-edited', 'what an evaluator is made of', 'error')];
    if (basename(path) === 'package.json') return ofPackage(source);
    if (withSections.test(path) && source.base) return ofSections(source);
    const kind = names.map(configurationKind).find((known) => known !== undefined);
    if (!kind || saysNothingNew(source)) return [];
    return [wholeFile(source, kind.ruleId, kind.what, isFirst(source) || isOfNewPart(source, sources) ? 'warning' : 'error')];
  });
}

function wholeFile({ change, head }: ChangedSource, ruleId: string, what: string, severity: 'error' | 'warning'): FoundIssue {
  const verb = { added: 'was added', modified: 'was edited', deleted: 'was deleted', renamed: 'was renamed' }[change.change];
  const line = change.added[0]?.start ?? change.removed[0]?.start ?? 1;
  const range: FindingRange | undefined = head && { startLine: Math.max(1, Math.min(line, head.lineStarts.length)), startColumn: 1 };
  return { ruleId, severity, file: change.path, ...(range && { range }), message: `${change.path} decides ${what}, and ${verb} in the change that it judges.` };
}

/** A comment, another layout. */
function saysNothingNew({ base, head, change }: ChangedSource): boolean {
  if (!base || !head || change.previousPath !== undefined) return false;
  return condensedCode(base) === condensedCode(head) || saysTheSame(change.path, base.text, head.text);
}

function condensedCode({ uncommented, language }: SourceFile): string {
  // Indentation says something in these.
  return language === 'hash' || language === 'python' || language === undefined ? uncommented.replaceAll(/[ \t]+$/gm, '').replaceAll(/\n{2,}/g, '\n').trim() : condensed(uncommented);
}

/** Where the base has no configuration, one that comes takes nothing away. */
function isFirst({ change }: ChangedSource): boolean {
  return change.change === 'added' && change.path === evalConfigFile;
}

/** A configuration in a folder of which nothing was there configures nothing that was. */
function isOfNewPart({ change }: ChangedSource, sources: readonly ChangedSource[]): boolean {
  const folder = dirname(change.path);
  if (change.change !== 'added' || folder === '.' || folder.startsWith('.')) return false;
  return sources.some(({ change: other }) => other.change === 'added' && other.path === `${folder}/package.json`);
}

function ofPackage({ change, base, head }: ChangedSource): readonly FoundIssue[] {
  const tree = head && parseTree(head.text);
  return packageChanges(base?.text, head?.text).map(({ what, path, isChecking }): FoundIssue => {
    const node = tree && path.length > 0 ? findNodeAtLocation(tree, [...path]) : undefined;
    return { ruleId: 'script-edited', severity: isChecking ? 'error' : 'warning', file: change.path, ...(head && node && { range: at(head, node.parent?.offset ?? node.offset) }), message: `${change.path}: ${what} ${isChecking ? 'decides what is checked, and ' : ''}was edited.` };
  });
}

function ofSections({ change, base, head }: ChangedSource): readonly FoundIssue[] {
  return sectionChanges(base?.text, head?.text).map(({ section, offset }): FoundIssue => ({ ruleId: 'test-configuration-edited', severity: 'error', file: change.path, ...(head && { range: at(head, offset) }), message: `${change.path}: the section [${section}] decides what is checked, and was edited.` }));
}
