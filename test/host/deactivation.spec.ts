import assert from 'node:assert/strict';
import { commands, type Disposable } from 'vscode';
import { contextOfCopy, loadCopy } from './support/extensionCopy';
import { copyOf, recordApi } from './support/recordedApi';

/** As the editor does it: `deactivate` first, then the subscriptions, the last one first. */
async function end(copy: ReturnType<typeof loadCopy>, subscriptions: readonly { dispose(): unknown }[]): Promise<void> {
  await copy.deactivate();
  for (const item of [...subscriptions].reverse() as Disposable[]) await item.dispose();
}

describe('deactivation', () => {
  it('leaves no disposable behind', async () => {
    const { api, open } = recordApi();
    const copy = loadCopy(api);
    const context = contextOfCopy();
    await copy.activate(context);
    assert.ok(open().includes('commands.registerCommand'), 'activation registers commands');
    await end(copy, context.subscriptions);
    assert.deepEqual(open(), []);
  });

  it('leaves none behind either once the sessions were looked up', async () => {
    const { api, open } = recordApi();
    const copy = loadCopy(api);
    const context = contextOfCopy();
    await copy.activate(context);
    await commands.executeCommand(copyOf('ampOrchestrator.refresh'));
    await end(copy, context.subscriptions);
    assert.deepEqual(open(), []);
  });
});
