import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownNames } from '../../../../src/workflow/language/knownNames';
import { WorkflowFiles } from '../../../../src/workflow/language/workflowFiles';
import { expectCode } from '../../../support/expectCode';
import { temporaryDirectory } from '../../../support/temporary';
import { edge, node, workflow } from '../../../support/workflowDriver';
import { writeWorkflow } from '../../../support/workflowEngines';

const sound = workflow([node('start', 'start'), node('end', 'end')], [edge('start', 'end')]);

function places(): { readonly root: string; readonly bundled: string; readonly files: WorkflowFiles } {
  const folder = temporaryDirectory();
  const [root, bundled] = [path.join(folder, 'project'), path.join(folder, 'bundled')];
  mkdirSync(root);
  mkdirSync(bundled);
  return { root, bundled, files: new WorkflowFiles({ root, bundled }) };
}

describe('workflow files', () => {
  it('are those of the checkout and the bundled ones, by name; one of the checkout hides a bundled one', async () => {
    const { root, bundled, files } = places();
    expect(await files.list()).toEqual([]);
    writeFileSync(path.join(bundled, 'one.json'), JSON.stringify({ ...sound, id: 'one', name: 'Bundled' }));
    writeFileSync(path.join(bundled, 'two.json'), JSON.stringify({ ...sound, id: 'two', name: 'Another' }));
    writeWorkflow(root, 'mine.json', { ...sound, id: 'one', name: 'Mine', description: 'Mine alone.' });
    writeWorkflow(root, 'notes.txt', 'nothing');
    expect(await files.list()).toEqual([
      { id: 'two', name: 'Another', file: path.join(bundled, 'two.json'), origin: 'bundled', errors: 0 },
      { id: 'one', name: 'Mine', description: 'Mine alone.', file: path.join(root, '.amp', 'workflows', 'mine.json'), origin: 'repository', errors: 0 },
    ]);
    expect(await files.definition('one')).toMatchObject({ name: 'Mine' });
  });

  it('that are broken are listed with their errors, and cannot be run', async () => {
    const { root, files } = places();
    writeWorkflow(root, 'text.json', '{ "id": "text", ');
    writeWorkflow(root, 'edges.json', { ...sound, id: 'edges', edges: [edge('start', 'nowhere')] });
    expect(await files.list()).toMatchObject([{ name: 'Driven', id: 'edges', origin: 'repository' }, { id: 'text', name: 'text' }]);
    for (const { errors } of await files.list()) expect(errors).toBeGreaterThan(0);
    const refused = await expectCode(files.definition('edges'), 'workflow-invalid');
    expect(refused.message).toMatch(/^The workflow edges is not right: \/.* \(and \d more\)$/);
    await expectCode(files.definition('text'), 'workflow-invalid');
  });

  it('with one id between them are both listed, and the first one counts', async () => {
    const { root, files } = places();
    writeWorkflow(root, 'a.json', { ...sound, id: 'same', name: 'First' });
    writeWorkflow(root, 'b.json', { ...sound, id: 'same', name: 'Second' });
    expect(await files.list()).toMatchObject([{ id: 'same', name: 'First', errors: 0 }, { id: 'b.json', name: 'Second', errors: 1 }]);
    expect((await files.open('.amp/workflows/b.json')).issues).toContainEqual({ severity: 'error', code: 'double-workflow', message: 'a.json has the id "same" already.', path: '/id' });
    expect(await files.definition('same')).toMatchObject({ name: 'First' });
  });

  it('are read again when they have changed, or what they are checked against has', async () => {
    const { root, files } = places();
    const called = { ...sound, nodes: [...sound.nodes, node('call', 'workflow', { workflow: 'other' })], edges: [edge('start', 'call'), edge('call', 'end')] };
    writeWorkflow(root, 'one.json', { ...called, id: 'one', name: 'Before' });
    const [before] = await files.list({ workflows: ['other'] });
    expect(before).toMatchObject({ name: 'Before', errors: 0 });
    expect((await files.open('one', { workflows: ['other'] })).issues).toBe((await files.open('one', { workflows: ['other'] })).issues);
    expect((await files.list({ workflows: [] }))[0]?.errors).toBe(1);
    writeWorkflow(root, 'one.json', { ...called, id: 'one', name: 'After!' });
    expect((await files.list({ workflows: ['other'] }))[0]).toMatchObject({ name: 'After!', errors: 0 });
  });

  it('are opened by id or by path, and never by a path where another workflow calls them', async () => {
    const { root, files } = places();
    const elsewhere = path.join(root, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify({ ...sound, id: 'else' }));
    writeWorkflow(root, 'one.json', { ...sound, id: 'one' });
    expect((await files.open('one')).definition).toMatchObject({ id: 'one' });
    expect((await files.open('elsewhere.json')).file).toMatchObject({ id: 'else', file: elsewhere, origin: 'repository' });
    expect((await files.open(elsewhere)).text).toContain('"else"');
    await expectCode(files.open('two'), 'workflow-missing');
    await expectCode(files.open('nowhere/two.json'), 'workflow-missing');
    await expectCode(files.definition('elsewhere.json'), 'workflow-missing');
    await expectCode(files.definition('../../elsewhere'), 'workflow-missing');
  });

  it('that link out of the repository, to nothing, or that are too large are listed as broken and not read', async () => {
    const { root, files } = places();
    const folder = path.join(root, '.amp', 'workflows');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(root, '..', 'secret.json'), JSON.stringify({ ...sound, id: 'secret' }));
    symlinkSync(path.join(root, '..', 'secret.json'), path.join(folder, 'link.json'));
    symlinkSync('nowhere.json', path.join(folder, 'lost.json'));
    mkdirSync(path.join(folder, 'folder.json'));
    writeFileSync(path.join(folder, 'large.json'), '');
    truncateSync(path.join(folder, 'large.json'), 11 * 1024 * 1024);
    expect((await files.list()).map(({ id, errors }) => [id, errors])).toEqual([['folder', 1], ['large', 1], ['link', 1], ['lost', 1]]);
    expect((await expectCode(files.definition('link'), 'workflow-invalid')).message).toContain('outside of the repository');
    expect((await expectCode(files.definition('large'), 'workflow-invalid')).message).toContain('11 MB');
    // Also by their paths, as a check of all of them names them.
    for (const name of ['link', 'lost', 'folder', 'large']) expect(await files.open(path.join(folder, `${name}.json`))).toMatchObject({ text: '', issues: [{ code: 'unreadable' }] });
  });

  it.runIf(process.platform !== 'win32')('that are pipes, which nobody writes into, are listed as broken and not waited for', async () => {
    const { root, files } = places();
    const folder = path.join(root, '.amp', 'workflows');
    mkdirSync(folder, { recursive: true });
    execFileSync('mkfifo', [path.join(folder, 'pipe.json'), path.join(root, 'elsewhere.json')]);
    expect((await files.list()).map(({ id, errors }) => [id, errors])).toEqual([['pipe', 1]]);
    await expectCode(files.open(path.join(root, 'elsewhere.json')), 'workflow-missing');
  });

  it('of a folder that is itself a link out of the repository are not read either', async () => {
    const { root, files } = places();
    mkdirSync(path.join(root, '..', 'others', 'workflows'), { recursive: true });
    writeFileSync(path.join(root, '..', 'others', 'workflows', 'one.json'), JSON.stringify({ ...sound, id: 'one' }));
    symlinkSync(path.join(root, '..', 'others'), path.join(root, '.amp'));
    await expectCode(files.definition('one'), 'workflow-invalid');
  });

  it('know the names that they may use', async () => {
    const { root, files } = places();
    writeWorkflow(root, 'one.json', { ...sound, id: 'one' });
    const definition = { evaluators: [{ name: 'eslint' }], suites: [{ name: 'all', evaluators: ['eslint'] }] } as unknown as Awaited<ReturnType<Parameters<typeof knownNames>[1]['definition']>>;
    expect(await knownNames(files, { definition: () => Promise.resolve(definition) })).toMatchObject({ workflows: ['one'], evaluators: ['eslint'], suites: ['all'], agents: expect.arrayContaining(['replay']) as string[] });
    expect(await knownNames(files, { definition: () => Promise.reject(new Error('broken')) })).not.toHaveProperty('suites');
  });
});
