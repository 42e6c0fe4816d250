import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeSampleRepository } from '../../scripts/sampleRepository.mjs';
import { useEditor } from '../support/editor/editor';
import { openViewContainer, statusBarItem } from '../support/editor/workbench';

describe('Restricted Mode', () => {
  const editor = useEditor({ folder: makeSampleRepository, trust: 'restricted' });
  afterAll(() => {
    rmSync(path.dirname(editor.folder), { recursive: true, force: true });
  });

  it('says why there are no sessions and touches nothing of the repository', async () => {
    const { page, folder } = editor;
    await statusBarItem(page, 'Restricted Mode').waitFor();
    await openViewContainer(page, 'Amp Sessions');
    await page.locator('.welcome-view-content').filter({ hasText: 'Sessions run coding agents' }).waitFor();
    expect(await page.getByRole('button', { name: 'New Session' }).count()).toBe(0);
    expect(existsSync(path.join(folder, '.git', 'amp-orchestrator'))).toBe(false);
  });
});
