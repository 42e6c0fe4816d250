import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../../scripts/bootstrap.mjs';
import { copyLogs, type CodeServer } from '../../../scripts/codeServer.mjs';
import type { Workbench } from './workbench';

/** Everything of an editor that helps to understand a failure; what has not been started is left out. */
export interface Evidence {
  readonly server?: CodeServer | undefined;
  readonly workbench?: Workbench | undefined;
}

/** Where the evidence of a test is left: `out/e2e/<test>`. */
export function artifactDirectory(test: string): string {
  return path.join(root, 'out', 'e2e', test.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 120));
}

/** Takes a picture of the window; a window that no longer answers must not hide the failure itself. */
async function takePicture({ page }: Workbench, file: string): Promise<string | undefined> {
  try {
    await page.screenshot({ path: file, timeout: 10_000 });
    return undefined;
  } catch (error) {
    return `No picture could be taken: ${String(error)}`;
  }
}

/** Leaves a picture of the window, the page's console, and the logs of the server and its extension hosts, and says where. */
export async function leaveArtifacts(test: string, { server, workbench }: Evidence): Promise<string> {
  const directory = artifactDirectory(test);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  if (workbench) {
    const problem = await takePicture(workbench, path.join(directory, 'screenshot.png'));
    await writeFile(path.join(directory, 'console.log'), [...workbench.console, ...(problem ? [problem] : [])].join('\n'));
  }
  if (server) copyLogs(server, path.join(directory, 'logs'));
  console.error(`"${test}" failed: a picture and the logs are in ${path.relative(root, directory)}`);
  return directory;
}
