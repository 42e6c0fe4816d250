import type { Redactor } from './base/redactor';
import { createRedactor } from './telemetry/redaction';

let redactor: Redactor | undefined;

/** For telling errors: knows the secrets of the environment. A bundle of its own, so that no engine is loaded to say that one failed. */
export function errorRedactor(): Redactor {
  return (redactor ??= createRedactor({ env: process.env }));
}
