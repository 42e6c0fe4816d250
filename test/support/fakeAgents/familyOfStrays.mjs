// Starts grandchildren in every way that makes them hard to end, prints a line, and ignores polite signals.
// Arguments: a folder into which each process writes a file named after its id.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const [folder, role = 'root'] = process.argv.slice(2);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);

function startRelative(relativeRole, options) {
  spawn(process.execPath, [import.meta.filename, folder, relativeRole], { stdio: 'ignore', ...options });
}

if (role === 'root') {
  startRelative('child', {});
  startRelative('child', {});
  startRelative('parent', {});
  startRelative('parent', { detached: true });
  // Leaves the group and forgets the marker: only its ancestry tells where it came from.
  startRelative('child', { detached: true, env: {} });
}
if (role === 'parent') {
  startRelative('child', {});
  startRelative('child', { detached: true });
}
writeFileSync(path.join(folder, String(process.pid)), role);
if (role === 'root') process.stdout.write('{"type":"system","subtype":"init","session_id":"hang","cwd":"/repo"}\n');
// Long for a test, and not for ever: one whose test was killed must not stay.
setTimeout(() => process.exit(), 60_000);
