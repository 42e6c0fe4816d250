import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import * as vscode from 'vscode';
import { extensionUnderTest, manifest } from './extension';

interface ExtensionModule {
  activate(context: vscode.ExtensionContext): unknown;
  deactivate(): unknown;
}

/** Loads the extension's entry once more, with an API of the caller's choice. */
export function loadCopy(api: typeof vscode): ExtensionModule {
  const file = path.join(extensionUnderTest().extensionPath, manifest().main);
  const require = createRequire(file);
  const module = { exports: {} };
  const load = vm.compileFunction(readFileSync(file, 'utf8'), ['exports', 'require', 'module', '__filename', '__dirname'], {
    filename: file,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  load(module.exports, (id: string): unknown => (id === 'vscode' ? api : require(id)), module, file, path.dirname(file));
  return module.exports as ExtensionModule;
}

function memento(): vscode.Memento & { setKeysForSync(): void } {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string, otherwise?: unknown) => values.get(key) ?? otherwise,
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
    setKeysForSync: () => undefined,
  };
}

function secretStorage(): vscode.SecretStorage {
  const values = new Map<string, string>();
  return {
    keys: () => Promise.resolve([...values.keys()]),
    get: (key: string) => Promise.resolve(values.get(key)),
    store: (key: string, value: string) => Promise.resolve(void values.set(key, value)),
    delete: (key: string) => Promise.resolve(void values.delete(key)),
    onDidChange: () => ({ dispose: () => undefined }),
  } as vscode.SecretStorage;
}

/** A context like the editor's, whose subscriptions the caller disposes. What it lacks throws, so that it is added here. */
export function contextOfCopy(): vscode.ExtensionContext {
  const extension = extensionUnderTest();
  const fields: Partial<vscode.ExtensionContext> = {
    subscriptions: [],
    extension,
    extensionUri: extension.extensionUri,
    extensionPath: extension.extensionPath,
    globalStorageUri: vscode.Uri.file(path.join(os.tmpdir(), 'amp-host-copy-storage')),
    globalState: memento(),
    workspaceState: memento(),
    secrets: secretStorage(),
    asAbsolutePath: (relative) => path.join(extension.extensionPath, relative),
  };
  return new Proxy(fields as vscode.ExtensionContext, {
    get(target, name) {
      if (!(name in target)) throw new Error(`The context of the copy has no ${String(name)}.`);
      return Reflect.get(target, name);
    },
  });
}
