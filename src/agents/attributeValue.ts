import { asObject } from '../base/jsonShape';
import type { AttributeValue } from '../model/span';

/** Any parsed JSON value as an attribute; undefined members are left out. */
export function asAttribute(value: unknown): AttributeValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(asAttribute);
  const object = asObject(value);
  if (!object) return null;
  return Object.fromEntries(Object.entries(object).flatMap(([key, member]) => (member === undefined ? [] : [[key, asAttribute(member)]])));
}
