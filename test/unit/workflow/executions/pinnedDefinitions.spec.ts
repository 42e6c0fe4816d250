import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../src/evaluation/canonicalJson';
import { PinnedDefinitions } from '../../../../src/workflow/executions/pinnedDefinitions';
import { chain } from '../../../support/executionHarness';
import { expectCode } from '../../../support/expectCode';
import { openLocalStore, temporaryFolder } from '../../../support/storageHarness';

const definition = chain();

describe('a pinned definition', () => {
  it('is found by its hash, also by a program that did not pin it', async () => {
    const { workflows } = await openLocalStore(temporaryFolder());
    const { hash } = await new PinnedDefinitions(workflows).pin(definition);
    const graph = await new PinnedDefinitions(workflows).graph(hash);
    expect(graph.definition).toEqual(definition);
  });

  it('that is not what its hash says, or is not there, is refused', async () => {
    const { workflows } = await openLocalStore(temporaryFolder());
    const hash = 'f'.repeat(64);
    await workflows.saveDefinition({ hash, workflow: definition.id, name: definition.name, text: canonicalJson(definition) });
    const pinned = new PinnedDefinitions(workflows);
    await expectCode(pinned.graph(hash), 'store-failed');
    await expectCode(pinned.graph('e'.repeat(64)), 'store-failed');
  });

  it('that is wrong is not pinned', async () => {
    const { workflows } = await openLocalStore(temporaryFolder());
    await expectCode(new PinnedDefinitions(workflows).pin({ ...definition, edges: [] }), 'workflow-invalid');
  });
});
