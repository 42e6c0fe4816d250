import { asObject } from '../../base/jsonShape';
import type { Reference } from '../../model/workflow/expression/expressionReferences';

/** The part of the data that is spoken of: large outputs of other steps need not be sent. Members are kept whole where it is not known what is used of them. */
export function neededData(data: Readonly<Record<string, unknown>>, references: readonly Reference[], isOpaque: boolean): Readonly<Record<string, unknown>> {
  if (isOpaque) return data;
  return asObject(part(data, references.map(({ path, isCalled }) => namesOf(path, isCalled)))) ?? {};
}

function namesOf(path: Reference['path'], isCalled: boolean): readonly string[] {
  const names = path.map(({ name }) => name);
  return isCalled && names.length > 1 ? names.slice(0, -1) : names;
}

function part(value: unknown, paths: readonly (readonly string[])[]): unknown {
  const object = asObject(value);
  // A class has members of its own; what is sent of it is its JSON.
  if (!object || typeof object['toJSON'] === 'function' || paths.some((path) => path.length === 0)) return value;
  const byName = new Map<string, (readonly string[])[]>();
  for (const [name, ...others] of paths) if (name !== undefined && Object.hasOwn(object, name)) byName.set(name, [...(byName.get(name) ?? []), others]);
  return Object.fromEntries([...byName].map(([name, below]) => [name, part(object[name], below)]));
}
