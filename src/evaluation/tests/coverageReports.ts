import istanbul, { type CoverageMapData } from 'istanbul-lib-coverage';
import { SaxesParser } from 'saxes';
import { errorMessage } from '../../base/errors';
import { parseObject } from '../../base/jsonShape';
import type { FileCoverage } from '../evaluator';
import type { FindInTree } from './testReport';

/** Which lines ran, or why the report does not say it. Files that are not of the tree are left out. */
export type CoverageReport = { readonly files: readonly FileCoverage[] } | { readonly problem: string };

interface Share {
  covered: number;
  total: number;
}

/** Reads a report of any of the formats, which its beginning tells apart. */
export function parseCoverage(text: string, find: FindInTree): CoverageReport {
  const start = text.trimStart();
  if (start.startsWith('{')) return parseIstanbul(text, find);
  if (start.startsWith('<')) return parseCobertura(text, find);
  return parseLcov(text, find);
}

/** `coverage-final.json` of istanbul, vitest, jest, c8 and nyc. */
export function parseIstanbul(json: string, find: FindInTree): CoverageReport {
  const data = parseObject(json);
  if (!data) return { problem: 'The coverage report is no JSON of istanbul.' };
  try {
    const map = istanbul.createCoverageMap(data as CoverageMapData);
    const files = map.files().flatMap((name): FileCoverage[] => {
      const file = find(name);
      if (file === undefined) return [];
      const coverage = map.fileCoverageFor(name);
      const { branches, functions } = coverage.toSummary();
      const lines = Object.entries(coverage.getLineCoverage()).map(([line, hits]): [number, number] => [Number(line), Number(hits)]);
      return [{ file, lines, branches: { covered: branches.covered, total: branches.total }, functions: { covered: functions.covered, total: functions.total } }];
    });
    return { files };
  } catch (error) {
    return { problem: `The coverage report is no JSON of istanbul: ${errorMessage(error)}.` };
  }
}

/** Format: geninfo(1), "FILES". */
export function parseLcov(text: string, find: FindInTree): CoverageReport {
  const files: FileCoverage[] = [];
  let current: { readonly name: string; readonly lines: Map<number, number>; readonly branches: Share; readonly functions: Share } | undefined;
  for (const line of text.split('\n')) {
    const [, key = '', value = ''] = /^([A-Z]+):(.*?)\r?$/.exec(line) ?? [];
    if (key === 'SF') current = { name: value, lines: new Map(), branches: { covered: 0, total: 0 }, functions: { covered: 0, total: 0 } };
    else if (current && key === 'DA') {
      const [number, hits] = value.split(',').map(Number);
      if (number === undefined || hits === undefined || !Number.isInteger(number) || !Number.isFinite(hits)) return { problem: `The coverage report has a line that is no lcov: ${line.slice(0, 100)}` };
      current.lines.set(number, (current.lines.get(number) ?? 0) + hits);
    } else if (current && key === 'BRF') current.branches.total = Number(value) || 0;
    else if (current && key === 'BRH') current.branches.covered = Number(value) || 0;
    else if (current && key === 'FNF') current.functions.total = Number(value) || 0;
    else if (current && key === 'FNH') current.functions.covered = Number(value) || 0;
    else if (current && line.startsWith('end_of_record')) {
      const file = find(current.name);
      if (file !== undefined) files.push({ file, lines: [...current.lines], branches: current.branches, functions: current.functions });
      current = undefined;
    }
  }
  if (current) return { problem: 'The coverage report ends in the middle of a file.' };
  return files.length === 0 && !/^SF:/m.test(text) ? { problem: 'The coverage report is none of istanbul, lcov or cobertura.' } : { files };
}

/** Format: coverage-04.dtd of cobertura, and what coverage.py writes. */
export function parseCobertura(xml: string, find: FindInTree): CoverageReport {
  const sources: string[] = [];
  const files = new Map<string, { readonly lines: Map<number, number>; readonly branches: Share; readonly functions: Share }>();
  const parents: string[] = [];
  let name: string | undefined;
  let method: { hits: number } | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => { throw error; });
  parser.on('opentag', ({ name: tag, attributes }) => {
    if (parents.length === 0 && tag !== 'coverage') throw new Error(`its root is <${tag.slice(0, 50)}>`);
    parents.push(tag);
    if (tag === 'class') name = fileNamed(attributes['filename'] ?? '', sources, find);
    else if (tag === 'method') method = { hits: 0 };
    else if (tag === 'line' && name !== undefined) {
      const file = files.get(name) ?? { lines: new Map<number, number>(), branches: { covered: 0, total: 0 }, functions: { covered: 0, total: 0 } };
      files.set(name, file);
      const hits = Number(attributes['hits']);
      if (method) method.hits = Math.max(method.hits, hits);
      else addLine(file, Number(attributes['number']), hits, attributes['condition-coverage']);
    }
  });
  parser.on('text', (text) => {
    if (parents.at(-1) === 'source' && text.trim() !== '') sources.push(text.trim());
  });
  parser.on('closetag', ({ name: tag }) => {
    parents.pop();
    const file = name === undefined ? undefined : files.get(name);
    if (tag === 'method' && method && file) {
      file.functions.total++;
      if (method.hits > 0) file.functions.covered++;
    }
    if (tag === 'method') method = undefined;
    else if (tag === 'class') name = undefined;
  });
  try {
    parser.write(xml).close();
  } catch (error) {
    return { problem: `The coverage report is no cobertura file: ${errorMessage(error).split('\n')[0] ?? ''}.` };
  }
  return { files: [...files].map(([file, { lines, branches, functions }]) => ({ file, lines: [...lines], branches, functions })) };
}

function fileNamed(name: string, sources: readonly string[], find: FindInTree): string | undefined {
  return [name, ...sources.map((source) => `${source.replace(/\/$/, '')}/${name}`)].map((candidate) => find(candidate)).find((file) => file !== undefined);
}

function addLine(file: { readonly lines: Map<number, number>; readonly branches: Share }, line: number, hits: number, conditions: string | undefined): void {
  if (!Number.isInteger(line) || line < 1 || !Number.isFinite(hits)) throw new Error('it has a line without number or hits');
  file.lines.set(line, (file.lines.get(line) ?? 0) + hits);
  const [, covered, total] = /\((\d+)\/(\d+)\)/.exec(conditions ?? '') ?? [];
  file.branches.covered += Number(covered ?? 0);
  file.branches.total += Number(total ?? 0);
}
