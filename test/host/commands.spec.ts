import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { extensionUnderTest, manifest } from './support/extension';

const prefix = 'ampOrchestrator.';

/** VS Code registers these by itself for each view that the manifest contributes. */
function generatedCommands(): ReadonlySet<string> {
  const views = Object.values(manifest().contributes.views).flat();
  return new Set(views.flatMap(({ id }) => ['focus', 'open', 'resetViewLocation', 'removeView', 'toggleVisibility'].map((verb) => `${id}.${verb}`)));
}

describe('commands', () => {
  it('are registered and listed in the manifest alike', async () => {
    await extensionUnderTest().activate();
    const generated = generatedCommands();
    const registered = (await commands.getCommands(true)).filter((id) => id.startsWith(prefix) && !generated.has(id));
    const listed = manifest().contributes.commands.map(({ command }) => command);
    assert.deepEqual(registered.sort(), listed.sort());
  });
});
