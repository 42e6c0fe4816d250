import { describe, expect, it } from 'vitest';
import { renamedIn, textsOfConfig } from '../../../../../src/model/workflow/text/renamedNode';

describe('a renamed node in texts', () => {
  it.each([
    ['nodes.old.output', 'nodes.fresh.output'],
    ['nodes?.old?.output', 'nodes?.fresh?.output'],
    ["nodes['old'].output + nodes?.[\"old\"]", "nodes['fresh'].output + nodes?.[\"fresh\"]"],
    ['nodes . /* here */ old', 'nodes . /* here */ fresh'],
    ['variables.nodes.old + nodes.older + old + my.nodes["old"]', 'variables.nodes.old + nodes.older + old + my.nodes["old"]'],
    ["'nodes.old' + /nodes.old/.source + `nodes.old ${nodes.old}`", "'nodes.old' + /nodes.old/.source + `nodes.old ${nodes.fresh}`"],
    ['(({ nodes }) => nodes.old)(other)', '(({ nodes }) => nodes.old)(other)'],
    ['nodes.old + ((', 'nodes.old + (('],
  ])('%s', (text, renamed) => {
    expect(renamedIn(text, 'expression', 'old', 'fresh')).toBe(renamed);
  });

  it('is followed through the parameter of a script', () => {
    expect(renamedIn('({ nodes: all, variables }) => all.old.output + variables.old', 'script', 'old', 'fresh')).toBe('({ nodes: all, variables }) => all.fresh.output + variables.old');
    expect(renamedIn('({ nodes: { old } }) => old.output', 'script', 'old', 'fresh')).toBe('({ nodes: { old } }) => old.output');
  });

  it('is put into brackets when its id is no name', () => {
    expect(renamedIn('nodes.old.output + nodes?.old', 'expression', 'old', 'write-it')).toBe("nodes['write-it'].output + nodes?.['write-it']");
    expect(renamedIn("nodes['write-it']", 'expression', 'write-it', 'old')).toBe("nodes['old']");
  });

  it('is changed in templates only within ${…}', () => {
    expect(renamedIn('nodes.old: ${nodes.old.output} $${nodes.old} ${ ({a: `${nodes.old}`}).a }', 'template', 'old', 'fresh')).toBe('nodes.old: ${nodes.fresh.output} $${nodes.old} ${ ({a: `${nodes.fresh}`}).a }');
  });

  it('is looked for in all texts of a config, each as what it is', () => {
    expect(textsOfConfig('forEach', { items: 'nodes.a.output', step: { type: 'script', config: { source: 's', command: ['${x}'] } }, variables: { v: 't' } })).toEqual([
      { path: ['items'], kind: 'expression', text: 'nodes.a.output' },
      { path: ['step', 'config', 'source'], kind: 'script', text: 's' },
      { path: ['step', 'config', 'command', 0], kind: 'template', text: '${x}' },
      { path: ['variables', 'v'], kind: 'template', text: 't' },
    ]);
  });
});
