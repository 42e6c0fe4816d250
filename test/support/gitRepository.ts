import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from './temporary';

/** A real repository for a test: `git` runs git in it, `write` writes a file of it. */
export interface TestRepository {
  readonly root: string;
  git(...args: string[]): string;
  write(file: string, content: string): void;
  read(file: string): string;
  commit(message: string): string;
}

export const identity = { GIT_AUTHOR_NAME: 'Test', GIT_AUTHOR_EMAIL: 'test@example.com', GIT_COMMITTER_NAME: 'Test', GIT_COMMITTER_EMAIL: 'test@example.com' };

/** A repository with one commit on `main` (none when `empty`). */
export function makeRepository({ empty = false }: { empty?: boolean } = {}): TestRepository {
  const repository = testRepositoryAt(path.join(temporaryDirectory(), 'project'));
  repository.git('init', '--quiet', '--initial-branch=main');
  repository.git('config', 'user.name', 'Test');
  repository.git('config', 'user.email', 'test@example.com');
  if (!empty) {
    repository.write('app.js', 'function add(a, b) {\n  return a - b;\n}\nconsole.log(add(2, 3));\n');
    repository.write('.gitignore', '.env\nnode_modules/\n');
    repository.commit('Start');
  }
  return repository;
}

export function testRepositoryAt(root: string): TestRepository {
  mkdirSync(root, { recursive: true });
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', env: { ...environment, ...identity, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }, stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  return {
    root,
    git,
    write(file, content) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), content);
    },
    read: (file) => readFileSync(path.join(root, file), 'utf8'),
    commit(message) {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
  };
}
