import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { OrchestratorError } from '../../base/errors';
import { agentNames, type AgentName, type AgentOptions } from '../../model/session';
import type { Orchestrator } from '../../orchestrator';
import { settingIds, settingSection, viewIds } from '../manifest';
import { askText, pickOne, steps } from '../platform/multiStep';
import type { CommandContext } from './commandContext';
import { runWithProgress } from './runSession';

const agentLooks: Record<AgentName, { readonly label: string; readonly description: string; readonly icon: string }> = {
  claudeCode: { label: 'Claude Code', description: 'program claude', icon: 'sparkle' },
  amp: { label: 'Amp', description: 'program amp', icon: 'zap' },
  codex: { label: 'Codex', description: 'program codex', icon: 'hubot' },
  gemini: { label: 'Gemini CLI', description: 'program gemini', icon: 'star' },
  opencode: { label: 'opencode', description: 'program opencode', icon: 'code' },
  command: { label: 'Command', description: 'your own program, from the settings', icon: 'terminal' },
  replay: { label: 'Replay', description: 'a recorded run, without a model', icon: 'history' },
};

interface Answers {
  orchestrator?: Orchestrator;
  agent?: AgentName;
  recording?: Recording;
  baseBranch?: string;
  prompt?: string;
}

/** The prompt of the last session that could not be made: nobody likes to type it again. */
let refusedPrompt = '';

/**
 * Asks agent and prompt (and repository, recording and base branch where they are not clear), makes the session, and runs it. Invoked on
 * `{ prompt }` it offers that one; an input box holds one line, so the rest of a prompt is added to what a person makes of the first.
 */
export async function newSession(context: CommandContext, invokedOn?: unknown): Promise<void> {
  const orchestrators = await context.engines.require();
  const [offered, ...rest] = offeredPrompt(invokedOn).split('\n');
  const answers: Answers = {};
  const repository = (): Orchestrator | undefined => answers.orchestrator ?? orchestrators[0];
  const detached = new Map<Orchestrator | undefined, boolean>(await Promise.all(orchestrators.map(async (orchestrator) => [orchestrator, (await orchestrator.currentBranch()) === undefined] as const)));
  const finished = await steps('New Session', [
    {
      needed: () => orchestrators.length > 1,
      ask: async (step) => (answers.orchestrator = await pickOne(step, 'Repository', orchestrators.map((value) => ({ label: path.basename(value.repository.root), description: value.repository.root, value })))),
    },
    {
      ask: async (step) => {
        answers.agent = await pickOne(step, 'Agent', agentChoices());
        if (answers.agent === 'command') configuredArgv();
      },
    },
    {
      needed: () => answers.agent === 'replay',
      ask: async (step) => (answers.recording = await pickOne(step, 'Recording', await recordings(context.extensionUri))),
    },
    {
      needed: () => detached.get(repository()) === true,
      ask: async (step) => {
        const branches = (await repository()?.localBranches()) ?? [];
        answers.baseBranch = await pickOne(step, 'No branch is checked out. Merge into which one?', branches.map((value) => ({ label: value, iconPath: new vscode.ThemeIcon('git-branch'), value })));
      },
    },
    { ask: async (step) => (answers.prompt = await askText(step, { prompt: 'What shall the agent do?', value: answers.prompt ?? (offered || undefined) ?? answers.recording?.prompt ?? refusedPrompt, placeholder: 'Fix the failing test in…', required: 'Say what the agent shall do.' })) },
  ]);
  const orchestrator = repository();
  const { agent, recording, baseBranch } = answers;
  if (!finished || !orchestrator || agent === undefined || answers.prompt === undefined) return;
  const prompt = [answers.prompt, ...rest].join('\n');
  refusedPrompt = recording ? '' : prompt;
  const session = await vscode.window.withProgress({ location: { viewId: viewIds.sessions } }, () =>
    orchestrator.sessions.create({
      prompt,
      agent,
      agentOptions: agentOptions(answers),
      baseBranch,
      name: prompt === recording?.prompt ? recording.title : undefined,
    }),
  );
  refusedPrompt = '';
  await vscode.commands.executeCommand(`${viewIds.sessions}.focus`, { preserveFocus: true });
  await runWithProgress(context, orchestrator, session, {});
}

function offeredPrompt(invokedOn: unknown): string {
  return typeof invokedOn === 'object' && invokedOn !== null && 'prompt' in invokedOn && typeof invokedOn.prompt === 'string' ? invokedOn.prompt : '';
}

function agentChoices(): { label: string; description: string; iconPath: vscode.ThemeIcon; value: AgentName }[] {
  const preferred = vscode.workspace.getConfiguration(settingSection).get<AgentName>(settingIds.defaultAgent);
  const names = [...agentNames].sort((a, b) => Number(b === preferred) - Number(a === preferred));
  return names.map((value) => ({ label: agentLooks[value].label, description: agentLooks[value].description, iconPath: new vscode.ThemeIcon(agentLooks[value].icon), value }));
}

function agentOptions({ agent, recording }: Answers): AgentOptions {
  const settings = vscode.workspace.getConfiguration(settingSection);
  if (agent === 'command') return { argv: configuredArgv() };
  if (agent === 'replay' && recording) return { recording: recording.file, speed: settings.get<number>(settingIds.replaySpeed) ?? 1 };
  return {};
}

/** @throws OrchestratorError `agent-not-configured` */
function configuredArgv(): readonly string[] {
  const argv = vscode.workspace.getConfiguration(settingSection).get<string[]>(settingIds.commandArgv) ?? [];
  if (argv.length > 0) return argv;
  throw new OrchestratorError('agent-not-configured', 'No program is set for the agent "Command".', 'Set its program and arguments in the setting "Agents › Command: Argv".');
}

interface Recording {
  readonly file: string;
  readonly title: string;
  readonly prompt: string;
}

interface RecordingChoice {
  readonly label: string;
  readonly detail: string;
  readonly value: Recording;
}

/** The recordings that come with the extension; of a damaged one the driver says what is wrong with it. */
async function recordings(extensionUri: vscode.Uri): Promise<RecordingChoice[]> {
  const folder = vscode.Uri.joinPath(extensionUri, 'media', 'recordings').fsPath;
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  return Promise.all(
    files.map(async (name) => {
      const file = path.join(folder, name);
      const head = await firstLine(file);
      const title = head.title ?? path.basename(name, '.jsonl');
      return { label: title, detail: head.prompt ?? '', value: { file, title, prompt: head.prompt ?? title } };
    }),
  );
}

async function firstLine(file: string): Promise<{ title?: string; prompt?: string }> {
  const text = new TextDecoder().decode((await vscode.workspace.fs.readFile(vscode.Uri.file(file))).slice(0, 16_384));
  try {
    const head: unknown = JSON.parse(text.split('\n')[0] ?? '');
    if (typeof head !== 'object' || head === null) return {};
    return {
      ...('title' in head && typeof head.title === 'string' ? { title: head.title } : {}),
      ...('prompt' in head && typeof head.prompt === 'string' ? { prompt: head.prompt } : {}),
    };
  } catch {
    return {};
  }
}
