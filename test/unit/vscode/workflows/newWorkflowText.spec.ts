import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWorkflow } from '../../../../src/workflow/language/workflowFile';
import { newWorkflowText, workflowSlug } from '../../../../src/vscode/workflows/newWorkflowText';

const templates = path.resolve(import.meta.dirname, '../../../../media/templates');
const header = { id: 'my-flow', name: 'My "flow"', created: '2026-11-23T00:00:00.000Z' };

describe('a new workflow', () => {
  it('from scratch is sound', async () => {
    const text = newWorkflowText(header);
    await expect(text).toMatchFileSnapshot('../../../golden/workflow/fromScratch.json');
    expect(readWorkflow(text).issues).toEqual([]);
  });

  it.each(readdirSync(templates).filter((file) => file.endsWith('.json')))('from %s is sound, and differs only in what it is called', (file) => {
    const from = readFileSync(path.join(templates, file), 'utf8');
    const text = newWorkflowText({ ...header, from });
    const { definition, issues } = readWorkflow(text);
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(definition).toEqual({ ...readWorkflow(from).definition, ...header, updated: header.created });
  });

  it('from what is no JSON is one from scratch', () => {
    expect(newWorkflowText({ ...header, from: '{' })).toBe(newWorkflowText(header));
  });

  it.each([['Implement, test & merge!', 'implement-test-merge'], ['Größe prüfen', 'gro-e-prufen'], ['日本語', 'workflow'], ['--x--', 'x'], ['a'.repeat(100), 'a'.repeat(60)]])('%s is called %s', (name, slug) => {
    expect(workflowSlug(name)).toBe(slug);
  });
});
