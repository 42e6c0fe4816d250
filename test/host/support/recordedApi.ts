import * as vscode from 'vscode';

/** Calls whose first argument must be unique in an editor: the copy under test gets one of its own beside the real extension's. */
const takesUniqueId: ReadonlySet<string> = new Set(['registerCommand', 'registerTextEditorCommand', 'registerWebviewPanelSerializer', 'registerCustomEditorProvider', 'createTestController']);

const copySuffix = '.copy';

/** The id under which the copy has registered what it calls `id`. */
export function copyOf(id: string): string {
  return id + copySuffix;
}

export interface RecordedApi {
  readonly api: typeof vscode;
  /** The calls whose disposables are not disposed yet, such as `window.createTreeView`. */
  readonly open: () => readonly string[];
}

function isDisposable(value: unknown): value is vscode.Disposable {
  return typeof value === 'object' && value !== null && 'dispose' in value && typeof value.dispose === 'function';
}

/** The editor's API, remembering every disposable that it hands out. */
export function recordApi(): RecordedApi {
  const open = new Map<vscode.Disposable, string>();

  function record(call: string, disposable: vscode.Disposable): void {
    open.set(disposable, call);
    const dispose = disposable.dispose.bind(disposable);
    disposable.dispose = () => {
      open.delete(disposable);
      return dispose();
    };
  }

  function recordCall(namespace: string, name: string, call: (...values: unknown[]) => unknown, self: object) {
    return (...values: unknown[]): unknown => {
      const [first, ...rest] = values;
      const result = Reflect.apply(call, self, takesUniqueId.has(name) && typeof first === 'string' ? [copyOf(first), ...rest] : values);
      if (isDisposable(result)) record(`${namespace}.${name}`, result);
      return result;
    };
  }

  function recordNamespace(namespace: string, members: object): object {
    // An empty target: the editor's own objects may be frozen, and a proxy of a frozen object may not answer otherwise than it.
    return new Proxy({}, {
      get(_target, name) {
        const member: unknown = Reflect.get(members, name);
        return typeof member === 'function' && typeof name === 'string' ? recordCall(namespace, name, member as (...values: unknown[]) => unknown, members) : member;
      },
    });
  }

  const api = Object.fromEntries(
    Object.entries(vscode).map(([name, value]: [string, unknown]) => [name, typeof value === 'object' && value !== null && /^[a-z]/.test(name) ? recordNamespace(name, value) : value]),
  ) as unknown as typeof vscode;
  return { api, open: () => [...open.values()].sort() };
}
