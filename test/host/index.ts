import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type MochaModule from 'mocha';

const testLimitMs = 30_000;

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start this suite with scripts/hostTests.mjs or scripts/electronTests.mjs.`);
  return value;
}

/** Activation is measured and looked at before anything has used the extension; deactivation takes its view away. */
function order(spec: string): number {
  if (spec === 'activation.spec.js') return 0;
  return spec === 'deactivation.spec.js' ? 2 : 1;
}

/** Runs every spec beside this file with Mocha, which writes its JSON report. Rejects if one failed, as VS Code expects. */
export async function run(): Promise<void> {
  // Not bundled: Mocha finds its own parts by path.
  const Mocha = createRequire(path.join(required('AMP_HOST_PACKAGES'), 'package.json'))('mocha') as typeof MochaModule;
  const mocha = new Mocha({ ui: 'bdd', timeout: testLimitMs, forbidOnly: true, reporter: 'json', reporterOptions: { output: required('AMP_HOST_RESULTS') } });
  const specs = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.spec.js'));
  for (const spec of specs.sort((a, b) => order(a) - order(b) || a.localeCompare(b))) mocha.addFile(path.join(__dirname, spec));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
