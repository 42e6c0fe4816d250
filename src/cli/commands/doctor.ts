import { formatPlural } from '../../base/format';
import type { Command } from '../command';
import { plainText } from '../../base/plainText';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Check the store of the repository; with --rebuild, add up its costs anew',
  usage: 'amp-orchestrator doctor [--rebuild] [--json]',
  words: 0,
  options: { rebuild: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async ({ orchestrator: { store }, values, print }) => {
    const check = await store.check({ rebuild: values['rebuild'] === true });
    const sound = check.problems.length === 0 && (check.wrongRollups === 0 || check.rebuilt);
    if (values['json'] === true) {
      print(JSON.stringify({ file: store.file, ...check }, undefined, 2));
      return sound ? 0 : 1;
    }
    print(`Store     ${store.file}`);
    print(`Rows      ${formatPlural(check.spans, 'step')}, ${formatPlural(check.importedCalls, 'imported call')}`);
    print(`File      ${check.problems.length === 0 ? 'sound' : 'damaged:'}`);
    for (const problem of check.problems) print(`          ${plainText(problem)}`);
    print(`Sums      ${check.wrongRollups === 0 ? 'right' : `${formatPlural(check.wrongRollups, 'group')} wrong`}${check.rebuilt ? ', added up anew' : ''}`);
    if (check.wrongRollups > 0 && !check.rebuilt) print('          Add them up anew with: amp-orchestrator doctor --rebuild');
    if (check.problems.length > 0) print('          Keep a copy of the file, then move it away: a new one is begun.');
    return sound ? 0 : 1;
  },
};
