import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { evalBaselineFile, evalConfigFile } from '../../../src/model/evalFiles';
import { agentNames } from '../../../src/model/session';
import { workflowFolder } from '../../../src/model/workflow/fileFormat';
import { isWorkflowPath, workflowViewType } from '../../../src/vscode/editors/workflowViewType';
import { commandIds, settingIds, settingSection, viewIds } from '../../../src/vscode/manifest';

const root = path.resolve(import.meta.dirname, '../../..');

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly icon: string;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly views: Record<string, readonly { readonly id: string }[]>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly menus: Record<string, readonly { readonly command: string; readonly when?: string }[]>;
    readonly customEditors: readonly { readonly viewType: string; readonly priority: string; readonly selector: readonly { readonly filenamePattern: string }[] }[];
    readonly jsonValidation: readonly { readonly fileMatch: string; readonly url: string }[];
    readonly configuration: { readonly properties: Record<string, { readonly scope: string; readonly enum?: readonly string[] }> };
  };
}

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;

describe('the manifest', () => {
  it('declares the commands that the code knows, and no others', () => {
    expect(contributes.commands.map(({ command }) => command).sort()).toEqual(Object.values(commandIds).sort());
  });

  it('puts only its own commands into menus and welcome texts', () => {
    const known = new Set<string>(Object.values(commandIds));
    const used = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    expect(used.filter((command) => !known.has(command))).toEqual([]);
    const linked = contributes.viewsWelcome.flatMap(({ contents }) => [...contents.matchAll(/command:(ampOrchestrator[\w.]+)/g)].map(([, id]) => id ?? ''));
    expect(linked.filter((command) => !known.has(command))).toEqual([]);
    expect(linked).not.toEqual([]);
  });

  it('declares the views and settings that the code knows, and no others', () => {
    expect(Object.values(contributes.views).flat().map(({ id }) => id)).toEqual(Object.values(viewIds));
    expect(Object.keys(contributes.configuration.properties).sort()).toEqual(Object.values(settingIds).map((id) => `${settingSection}.${id}`).sort());
  });

  it('offers every agent', () => {
    expect([...(contributes.configuration.properties['ampOrchestrator.agents.default']?.enum ?? [])].sort()).toEqual([...agentNames].sort());
  });

  it('lets no untrusted workspace name a program, a file or a receiver, or open the gate of merges', () => {
    const restricted = Object.entries(contributes.configuration.properties).filter(([id]) => /program|argv|pricesFile|\.export\.|evaluations\.gate/i.test(id));
    expect(restricted.map(([id]) => id).sort()).toEqual([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort());
    expect(restricted.map(([, { scope }]) => scope)).toEqual(restricted.map(([id]) => (id.endsWith('evaluations.gate') ? 'machine-overridable' : 'machine')));
  });

  it('hides what only a quick fix can call, and gives schemas that are there', () => {
    const hidden = contributes.menus['commandPalette']?.filter(({ when }) => when === 'false').map(({ command }) => command) ?? [];
    expect(hidden).toEqual([commandIds.sendFinding, commandIds.rerunEvaluator, commandIds.acceptFinding, commandIds.suppressFinding]);
    expect(contributes.jsonValidation.map(({ fileMatch }) => fileMatch)).toEqual([`**/${evalConfigFile}`, `**/${evalBaselineFile}`, `**/${workflowFolder}/*.json`]);
    expect(contributes.jsonValidation.filter(({ url }) => !existsSync(path.join(root, url)))).toEqual([]);
  });

  it('opens workflows in the visual editor, and wakes up for one that is brought back', () => {
    expect(contributes.customEditors).toEqual([expect.objectContaining({ viewType: workflowViewType, priority: 'default', selector: [{ filenamePattern: `**/${workflowFolder}/*.json` }] })]);
    expect(manifest.activationEvents).toContain(`onCustomEditor:${workflowViewType}`);
    expect(['/r/.amp/workflows/a.json', 'c:/r/.amp/workflows/b.JSON'].map(isWorkflowPath)).toEqual([true, true]);
    expect(['/r/.amp/workflows/deep/a.json', '/r/amp/workflows/a.json', '/r/.amp/workflows/a.md', '/r/.amp/workflows/.json/x'].map(isWorkflowPath)).toEqual([false, false, false, false]);
  });

  it('names icons that exist', () => {
    const icons = [manifest.icon, ...contributes.viewsContainers.activitybar.map(({ icon }) => icon)];
    expect(icons.filter((icon) => !existsSync(path.join(root, icon)))).toEqual([]);
  });
});
