import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testRepositoryAt, type TestRepository } from './gitRepository';
import { temporaryDirectory } from './temporary';

const media = path.resolve(import.meta.dirname, '../../media');

export interface SampleProject extends TestRepository {
  /** The recording that fixes it, relative to the repository, made to be played in no time. */
  readonly recording: string;
}

/** The sample project with its failing test, in a repository of its own, and beside its files the recording of an agent that fixes it. */
export function makeSampleProject(files: Readonly<Record<string, string>> = {}): SampleProject {
  const root = path.join(temporaryDirectory(), 'invoices');
  cpSync(path.join(media, 'sample'), root, { recursive: true });
  const repository = testRepositoryAt(root);
  repository.git('init', '--quiet', '--initial-branch=main');
  repository.git('config', 'user.name', 'Test');
  repository.git('config', 'user.email', 'test@example.com');
  for (const [file, text] of Object.entries(files)) repository.write(file, text);
  repository.commit('Invoices');
  const recording = '.git/recordings/fix.jsonl';
  mkdirSync(path.dirname(path.join(root, recording)));
  writeFileSync(path.join(root, recording), atOnce(readFileSync(path.join(media, 'recordings/fix-invoice-rounding.jsonl'), 'utf8')));
  return { ...repository, recording };
}

function atOnce(recording: string): string {
  return recording.replaceAll(/^\{"t":\d+,/gm, '{"t":0,');
}
