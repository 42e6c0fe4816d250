import { onTestFinished } from 'vitest';
import { createOrchestrator, type Orchestrator, type OrchestratorOptions } from '../../src/orchestrator';
import { testAssetsDirectory } from './buildAssets';

export interface TestOrchestrator extends Orchestrator {
  /** What was logged, warnings and errors. */
  readonly logged: readonly string[];
}

/** The real engines on a repository, closed after the test. */
export async function openOrchestrator(folder: string, options: Partial<OrchestratorOptions> = {}): Promise<TestOrchestrator> {
  const logged: string[] = [];
  const orchestrator = await createOrchestrator({
    folder,
    assetsDirectory: testAssetsDirectory,
    kind: 'test',
    // What merges do is one thing, what is evaluated before them another: tests of gates ask for one.
    gate: () => 'off',
    log: { info: () => undefined, warn: (message) => logged.push(message), error: (message, error) => logged.push(`${message}: ${String(error)}`) },
    ...options,
  });
  onTestFinished(() => orchestrator.close());
  return { ...orchestrator, logged };
}
