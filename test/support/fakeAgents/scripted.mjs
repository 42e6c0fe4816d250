#!/usr/bin/env node
// Stands in for an agent's program: prints what the files stdout and stderr in the folder SCRIPTED_AGENT hold, and ends with the code in the file exit.
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

readFileSync(0);
const scripted = (name) => readFileSync(path.join(process.env.SCRIPTED_AGENT, name), 'utf8');
for (const [descriptor, name] of [[1, 'stdout'], [2, 'stderr']]) {
  for (const line of scripted(name).split('\n')) writeSync(descriptor, `${line}\n`);
}
// Something to commit.
writeFileSync('work.txt', 'done');
process.exitCode = Number(scripted('exit'));
