import { writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { workflowView } from '../../../../src/model/workflow/view';
import { fieldConfig, fieldFileName, fieldText, readOrigin, scopeTypes, textOfField, type FieldOrigin } from '../../../../src/vscode/editors/fieldFile';
import { temporaryDirectory } from '../../../support/temporary';

const workflow = workflowView({
  id: 'w',
  variables: { task: { type: 'string', description: 'What */ to do' }, tries: { type: 'number' }, level: { type: 'string', options: ['low', 'high'] }, data: { type: 'json' } },
  nodes: [
    { id: 'tests', type: 'test', name: 'Tests' },
    { id: 'check-it', type: 'condition', name: 'Check' },
    { id: 'best', type: 'bestOf', name: 'Best' },
    { id: 'each', type: 'forEach', name: 'Each', config: { as: 'file' } },
  ],
});

type Field = Pick<FieldOrigin, 'node' | 'path' | 'kind' | 'base'>;

/** The folder of a field as it is written, and the options by which the editor's own JavaScript service reads it. */
function written(field: Field): { readonly file: string; readonly files: string[]; readonly options: ts.CompilerOptions } {
  const folder = temporaryDirectory();
  writeFileSync(path.join(folder, 'jsconfig.json'), fieldConfig);
  writeFileSync(path.join(folder, 'scope.d.ts'), scopeTypes(workflow, field));
  writeFileSync(path.join(folder, fieldFileName(field)), fieldText(field));
  const config = ts.parseJsonConfigFileContent(JSON.parse(fieldConfig), ts.sys, folder, undefined, path.join(folder, 'jsconfig.json'));
  expect(config.errors).toEqual([]);
  return { file: path.join(folder, fieldFileName(field)), files: config.fileNames, options: { ...config.options, allowJs: true } };
}

function problemsOf(field: Field): string[] {
  const { files, options } = written(field);
  const program = ts.createProgram(files, options);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const expression = (base: string, node = 'check-it', steps: readonly string[] = ['config', 'expression']) => ({ node, path: steps, kind: 'expression', base }) as const;

describe('a field in an editor of its own', () => {
  it.each([
    expression("nodes.tests.outcome === 'failed' && variables.tries < 3 && nodes['check-it'].output.deep.er"),
    expression("variables.level === 'high' && execution.costUSD > 1 && variables.task.length > 0 && variables.data.anything"),
    expression('output.passed && outcome', 'tests', ['assign', 'level']),
    expression('attempts.findIndex(({ passed }) => passed)', 'best', ['config', 'select']),
    expression('variables.file.name + variables.index.toFixed()', 'each', ['config', 'items']),
    { node: 'tests', path: ['config', 'source'], kind: 'script', base: '({ variables, nodes }) => {\n  return variables.task.toUpperCase() + nodes.tests.pass.toFixed();\n}' } as const,
    { node: 'tests', path: ['config', 'source'], kind: 'script', base: '' } as const,
  ])('is sound to the JavaScript service: %#', (field) => {
    expect(problemsOf(field)).toEqual([]);
  });

  it('is told of nodes whose type is no type, whatever it is called', () => {
    const hostile = workflowView({ nodes: [{ id: 'a', type: 'constructor', name: 'A' }, { id: 'b', type: '__proto__', name: 'B' }] });
    expect(scopeTypes(hostile, expression(''))).toContain('readonly "a": NodeInScope<string>;');
  });

  it.each([
    [expression('nodes.test.outcome'), "Property 'test' does not exist"],
    [expression("nodes.tests.outcome === 'approved'"), 'no overlap'],
    [expression("variables.level === 'medium'"), 'no overlap'],
    [expression('variables.tries.length'), "Property 'length' does not exist on type 'number'"],
    [expression('output'), "Cannot find name 'output'"],
    [{ node: 'tests', path: ['config', 'source'], kind: 'script', base: '({ variables }) => variables.tsk' } as const, "Property 'tsk' does not exist"],
  ])('tells what is wrong: %#', (field, problem) => {
    expect(problemsOf(field).join('\n')).toContain(problem);
  });

  it.each([
    [expression('nodes.'), ['tests', 'best', 'each']],
    [expression('variables.'), ['task', 'tries', 'level', 'data']],
    [expression('nodes.tests.'), ['status', 'outcome', 'output', 'error', 'session', 'pass']],
    [{ node: 'tests', path: ['config', 'source'], kind: 'script', base: '({ variables }) => variables.' } as const, ['task', 'tries', 'level', 'data']],
  ])('is completed by what is in scope: %#', (field, names) => {
    const { file, files, options } = written(field);
    const service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => files,
      getScriptVersion: () => '1',
      getScriptSnapshot: (name) => (ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(ts.sys.readFile(name) ?? '') : undefined),
      getCurrentDirectory: () => path.dirname(file),
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
    });
    const offered = service.getCompletionsAtPosition(file, fieldText(field).indexOf(field.base) + field.base.length, undefined)?.entries.map(({ name }) => name);
    expect(offered).toEqual(expect.arrayContaining(names));
  });

  it.each(['expression', 'template', 'script'] as const)('comes back as it was: %s', (kind) => {
    for (const base of ['a', 'a\n', '(x)', '({ nodes }) => {\n  return [nodes];\n}\n', 'a {\n\n}']) expect(textOfField({ kind, base }, fieldText({ kind, base }))).toBe(base);
  });

  it('loses what editors and formatters add, and no more', () => {
    expect(textOfField({ kind: 'expression', base: 'a' }, 'a + b;\r\n')).toBe('a + b');
    expect(textOfField({ kind: 'template', base: 'Do it.' }, 'Do it; well;\n')).toBe('Do it; well;');
    expect(textOfField({ kind: 'template', base: 'Do it.\n' }, 'Do it.\n')).toBe('Do it.\n');
    expect(textOfField({ kind: 'script', base: 'x' }, '/** @type {Script} */ (\n() => 1\n);\n')).toBe('() => 1');
    expect(textOfField({ kind: 'script', base: 'x' }, '() => 1\n')).toBe('() => 1');
    expect(textOfField({ kind: 'script', base: 'x' }, '/** @type {Script} */ (\n() => 1\n')).toBeUndefined();
  });

  it('says by its name what it is, whatever the node is called', () => {
    expect(fieldFileName({ node: 'implement', path: ['config', 'prompt'], kind: 'template' })).toBe('implement.prompt.md');
    expect(fieldFileName({ node: 'a', path: ['assign', '../../x y'], kind: 'expression' })).toBe('a.assign..._.._x_y.js');
  });

  it('finds its way back only by what is written of it', () => {
    const origin: FieldOrigin = { uri: 'file:///w.json', node: 'a', path: ['config', 'prompt'], kind: 'template', base: 'x' };
    expect(readOrigin(JSON.stringify(origin))).toEqual(origin);
    for (const text of ['', '{', '[]', JSON.stringify({ ...origin, path: [1] }), JSON.stringify({ ...origin, kind: 'other' }), JSON.stringify({ ...origin, base: undefined })]) expect(readOrigin(text)).toBeUndefined();
  });
});
