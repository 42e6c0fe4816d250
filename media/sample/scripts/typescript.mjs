// Lets Node run the TypeScript of this project without a build or any package: newer versions can by themselves, older ones get a loader
// that removes the types. It knows only what this project uses: interfaces, and types of parameters, results and constants.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';

const isLoader = new URL(import.meta.url).searchParams.has('loader');

if (!isLoader && !process.features.typescript) register(`${import.meta.url}?loader`);

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  return { format: 'module', source: withoutTypes(await readFile(new URL(url), 'utf8')), shortCircuit: true };
}

function withoutTypes(source) {
  return source
    .replace(/^import type .*$/gm, '')
    .replace(/^(export )?interface \w+ \{[\s\S]*?^\}$/gm, '')
    .replace(/^(export )?type \w+ =[^;]*;$/gm, '')
    .replace(/^((?:export )?function \w+)\((.*)\): .* \{$/gm, (_all, start, parameters) => `${start}(${namesOf(parameters)}) {`)
    .replace(/\b(const|let) (\w+): [^=;]+ =/g, '$1 $2 =');
}

function namesOf(parameters) {
  return parameters.replace(/(\w+)\??: [^,=]+/g, '$1');
}
