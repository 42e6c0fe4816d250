import assert from 'node:assert/strict';
import { activationTime } from './support/activationTime';
import { extensionUnderTest, loadedModules } from './support/extension';

const activationLimitMs = 50;

/** Threads of this process beside its main one. */
function workerThreads(): number {
  const { workers } = process.report.getReport() as { workers?: readonly unknown[] };
  return workers?.length ?? 0;
}

describe('activation', () => {
  before(() => extensionUnderTest().activate());

  it('succeeds', () => {
    assert.equal(extensionUnderTest().isActive, true);
  });

  it(`takes at most ${activationLimitMs} ms, as VS Code measures it`, () => {
    const time = activationTime();
    assert.ok(time.loadMs + time.activateMs <= activationLimitMs, `loading took ${time.loadMs} ms, activating ${time.activateMs} ms`);
  });

  it('loads the entry bundle and nothing else', () => {
    assert.deepEqual(loadedModules(), ['dist/extension.js']);
  });

  it('starts no worker thread', () => {
    assert.equal(workerThreads(), 0);
  });
});
