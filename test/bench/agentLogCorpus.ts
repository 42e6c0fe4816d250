import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { RandomText } from './randomText';

/** What a generated corpus holds, as it was written; the same seed and size give the same bytes. */
export interface CorpusFacts {
  readonly version: number;
  readonly bytes: number;
  readonly files: number;
  /** Model calls without repeated lines and copies in forks. */
  readonly calls: number;
  readonly tokens: number;
}

const version = 5;
const seed = 20_251_122;
const claudeModels = ['claude-sonnet-4-5-20250929', 'claude-opus-4-1-20250805', 'claude-haiku-4-5-20251001'];
const codexModels = ['gpt-5-codex', 'gpt-5'];
const firstDayMs = Date.UTC(2025, 9, 1);
const days = 60;
const bytesPerSession = 480 * 1024;
const projects = 12;
const subAgentEvery = 5;
const forkEvery = 25;

/**
 * What the logs hold for each model call follows from what agents write, not from what suits a reader. In the recorded logs
 * (`test/fixtures/agentLogs`) a message of Claude Code is 1.7 lines of 1.2 to 1.4 KB, one for each of its blocks, all with the same usage,
 * and Codex writes six lines a call, its usage in two of them. There the tools had next to nothing to say (0.9 KB a result), as no real
 * project's do: a command says some hundred bytes to some thousand (30,000 characters at most), a file that is read is some thousand, and
 * both agents write it twice, as the model saw it and for their own display (`toolUseResult`, `aggregated_output`). Claude Code keeps
 * with an edit the whole file as it was (`originalFile`), and with a thought its signature.
 */
const lengths = {
  /** Commands: 300 characters to 12,000, on average 2,700. */
  command: (random: number): number => Math.floor(300 + 12_000 * random ** 4),
  /** Files: 500 characters to 20,000, on average 5,400; a source file has 200 lines of 30 characters. */
  file: (random: number): number => Math.floor(500 + 19_500 * random ** 3),
};
/** Of ten tool calls of Claude Code, so many read a file and so many edit one; the others are commands and searches. */
const tools = ['Bash', 'Bash', 'Bash', 'Grep', 'Bash', 'Read', 'Read', 'Read', 'Edit', 'Edit'] as const;
const thoughtEvery = 3;

/** Makes (or reuses) a home directory with about `megabytes` MiB of logs, three fifths Claude Code's and two fifths Codex's. */
export function makeCorpus(home: string, megabytes: number): CorpusFacts {
  const factsFile = path.join(home, 'corpus.json');
  if (existsSync(factsFile)) {
    const facts = JSON.parse(readFileSync(factsFile, 'utf8')) as CorpusFacts;
    if (facts.version === version) return facts;
  }
  rmSync(home, { recursive: true, force: true });
  const unfinished = `${home}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const corpus = new Corpus(unfinished);
  const limit = megabytes * 1024 * 1024;
  for (let session = 0; corpus.bytes < limit; session++) {
    if (corpus.claudeBytes <= corpus.bytes * 0.6) corpus.claudeSession(session);
    else corpus.codexSession(session);
  }
  const facts = corpus.facts();
  writeFileSync(path.join(unfinished, 'corpus.json'), JSON.stringify(facts));
  renameSync(unfinished, home);
  return facts;
}

class Corpus {
  bytes = 0;
  claudeBytes = 0;
  private files = 0;
  private calls = 0;
  private tokens = 0;
  private readonly random = new RandomText(seed);

  constructor(private readonly home: string) {}

  facts(): CorpusFacts {
    return { version, bytes: this.bytes, files: this.files, calls: this.calls, tokens: this.tokens };
  }

  claudeSession(number: number): void {
    const sessionId = this.random.uuid();
    const cwd = `/home/user/projects/project-${number % projects}`;
    const folder = path.join(this.home, '.claude', 'projects', cwd.replaceAll(/[^a-zA-Z0-9]/g, '-'));
    const lines = this.claudeLines({ sessionId, cwd, sidechain: false, start: this.sessionStart(), bytes: this.sessionBytes() });
    this.claudeBytes += this.write(path.join(folder, `${sessionId}.jsonl`), lines);
    if (number % subAgentEvery === 0) {
      const side = this.claudeLines({ sessionId, cwd, sidechain: true, start: this.sessionStart(), bytes: this.sessionBytes() / 4 });
      this.claudeBytes += this.write(path.join(folder, sessionId, 'subagents', `agent-${this.random.hex(17)}.jsonl`), side);
    }
    if (number % forkEvery === 0) {
      const fork = this.random.uuid();
      const begin = JSON.stringify({ type: 'mode', mode: 'normal', sessionId: fork });
      this.claudeBytes += this.write(path.join(folder, `${fork}.jsonl`), [begin, ...lines.map((line) => line.replaceAll(sessionId, fork))]);
    }
  }

  private claudeLines({ sessionId, cwd, sidechain, start, bytes }: { sessionId: string; cwd: string; sidechain: boolean; start: number; bytes: number }): string[] {
    const lines: string[] = [];
    const common = { userType: 'external', entrypoint: 'cli', cwd, sessionId, version: '2.1.330', gitBranch: 'main' };
    const model = this.random.pick(claudeModels);
    const agent = sidechain ? { agentId: 'a6fe5ef92298358e1' } : {};
    let size = 0;
    let time = start;
    let cached = 12_000;
    const add = (line: object): void => {
      const text = JSON.stringify(line);
      lines.push(text);
      size += text.length + 1;
    };
    add({ type: 'queue-operation', operation: 'enqueue', timestamp: iso(time), sessionId, content: this.random.words(200) });
    add({ parentUuid: null, isSidechain: sidechain, promptId: this.random.uuid(), ...agent, type: 'user', message: { role: 'user', content: this.random.words(400) }, uuid: this.random.uuid(), timestamp: iso(time), permissionMode: 'acceptEdits', ...common });
    while (size < bytes) {
      time += 2_000 + this.random.below(20_000);
      const written = this.random.below(3_000);
      const output = 40 + this.random.below(1_500);
      const text = 2 + this.random.below(40);
      const usage = {
        input_tokens: text,
        cache_creation_input_tokens: written,
        cache_read_input_tokens: cached,
        output_tokens: output,
        output_tokens_details: { thinking_tokens: 0 },
        server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
        service_tier: 'standard',
        cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: written },
        inference_geo: '',
        iterations: [],
        speed: 'standard',
      };
      this.calls += 1;
      this.tokens += text + written + cached + output;
      cached += written;
      const messageId = `msg_01${this.random.hex(22)}`;
      const requestId = `req_011${this.random.hex(21)}`;
      const tool = `toolu_01${this.random.hex(22)}`;
      const name = this.random.pick(tools);
      const file = `${cwd}/src/${this.random.hex(8)}.ts`;
      const thought = this.calls % thoughtEvery === 0 ? [{ type: 'thinking', thinking: this.random.words(300), signature: this.random.hex(700) }] : [];
      const edit = { file_path: file, old_string: this.random.words(250), new_string: this.random.words(350) };
      const input = name === 'Edit' ? edit : name === 'Read' ? { file_path: file } : { command: this.random.words(200), description: this.random.words(30) };
      const contents = [...thought, { type: 'text', text: this.random.words(300) }, { type: 'tool_use', id: tool, name, input }];
      contents.forEach((content, apiBlockIndex) => {
        add({ parentUuid: this.random.uuid(), isSidechain: sidechain, ...agent, message: { id: messageId, type: 'message', role: 'assistant', model, content: [content], stop_reason: 'tool_use', stop_sequence: null, usage, stop_details: null }, apiBlockIndex, requestId, requestRef: this.random.uuid(), requestedModel: model, promptCacheRequested: '5m', type: 'assistant', uuid: this.random.uuid(), timestamp: iso(time + apiBlockIndex), effort: 'medium', ...common });
      });
      const { content, toolUseResult } = this.toolResult(name, edit);
      add({ parentUuid: this.random.uuid(), isSidechain: sidechain, promptId: this.random.uuid(), ...agent, type: 'user', message: { role: 'user', content: [{ tool_use_id: tool, type: 'tool_result', content }] }, uuid: this.random.uuid(), timestamp: iso(time + 900), toolUseResult, ...common });
    }
    return lines;
  }

  /** What a tool gave, as the model saw it and as the agent keeps it for itself. */
  private toolResult(name: (typeof tools)[number], edit: { readonly file_path: string; readonly old_string: string; readonly new_string: string }): { readonly content: string; readonly toolUseResult: object } {
    if (name === 'Edit') {
      const { file_path: filePath, old_string: oldString, new_string: newString } = edit;
      const structuredPatch = [{ oldStart: 40, oldLines: 12, newStart: 40, newLines: 15, lines: [oldString, newString] }];
      return { content: `The file ${filePath} has been updated. Here is the result:\n${newString}`, toolUseResult: { filePath, oldString, newString, originalFile: this.random.words(lengths.file(this.random.next())), structuredPatch, userModified: false, replaceAll: false } };
    }
    const content = this.random.words(name === 'Read' ? lengths.file(this.random.next()) : lengths.command(this.random.next()));
    return { content, toolUseResult: name === 'Read' ? { type: 'text', file: { filePath: edit.file_path, content, numLines: 200, startLine: 1, totalLines: 200 } } : { stdout: content, stderr: '', interrupted: false, isImage: false } };
  }

  codexSession(_number: number): void {
    const thread = this.random.uuid();
    const start = this.sessionStart();
    const day = new Date(start);
    const [year = '', month = '', date = ''] = day.toISOString().slice(0, 10).split('-');
    const model = this.random.pick(codexModels);
    const cwd = `/home/user/projects/project-${this.random.below(projects)}`;
    const lines: string[] = [];
    const bytes = this.sessionBytes();
    let size = 0;
    let time = start;
    let ordinal = 0;
    let cached = 9_000;
    const total = { input_tokens: 0, cached_input_tokens: 0, cache_write_input_tokens: 0, output_tokens: 0, reasoning_output_tokens: 0, total_tokens: 0 };
    const add = (type: string, payload: object): void => {
      const text = JSON.stringify({ timestamp: iso(time), ordinal: ordinal++, type, payload });
      lines.push(text);
      size += text.length + 1;
    };
    add('session_meta', { session_id: thread, id: thread, timestamp: iso(time), cwd, originator: 'codex_exec', cli_version: '0.169.0', source: 'exec', model_provider: 'openai', base_instructions: { text: this.random.words(9_000) }, git: { branch: 'main' } });
    while (size < bytes) {
      const turn = this.random.uuid();
      add('event_msg', { type: 'task_started', turn_id: turn, model_context_window: 258_400 });
      add('turn_context', { turn_id: turn, cwd, approval_policy: 'never', model, summary: 'none' });
      for (let step = 0; step < 12 && size < bytes; step++) {
        time += 2_000 + this.random.below(20_000);
        const reasoning = this.random.below(400);
        const usage = { input_tokens: cached + 40 + this.random.below(2_000), cached_input_tokens: cached, cache_write_input_tokens: 0, output_tokens: 60 + reasoning + this.random.below(900), reasoning_output_tokens: reasoning, total_tokens: 0 };
        usage.total_tokens = usage.input_tokens + usage.output_tokens;
        cached = usage.input_tokens;
        for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += usage[name];
        this.calls += 1;
        this.tokens += usage.total_tokens;
        const call = `call_${this.random.hex(24)}`;
        // Codex has one tool for all: it reads files with commands, too.
        const result = this.random.words(this.random.below(3) === 0 ? lengths.file(this.random.next()) : lengths.command(this.random.next()));
        add('response_item', { type: 'reasoning', id: `rs_${this.random.hex(40)}`, summary: [{ type: 'summary_text', text: this.random.words(120) }], content: null, encrypted_content: this.random.hex(1_200) });
        add('response_item', { type: 'function_call', id: `fc_${this.random.hex(40)}`, name: 'exec_command', arguments: JSON.stringify({ cmd: this.random.words(150) }), call_id: call });
        add('token_usage_record', { thread_id: thread, turn_id: turn, session_id: thread, response_id: `resp_${this.random.hex(40)}`, usage, turn_token_usage: usage, thread_token_usage: total });
        add('event_msg', { type: 'item_completed', thread_id: thread, turn_id: turn, item: { type: 'CommandExecution', id: call, aggregated_output: result, exit_code: 0 } });
        add('response_item', { type: 'function_call_output', call_id: call, output: `Wall time: 0.1 seconds\nOutput:\n${result}` });
        add('event_msg', { type: 'token_count', info: { total_token_usage: total, last_token_usage: usage, model_context_window: 258_400 }, rate_limits: { limit_id: 'codex' } });
      }
      add('event_msg', { type: 'task_complete', turn_id: turn, last_agent_message: this.random.words(300) });
    }
    const stamp = iso(start).slice(0, 19).replaceAll(':', '-');
    this.write(path.join(this.home, '.codex', 'sessions', year, month, date, `rollout-${stamp}-${thread}.jsonl`), lines);
  }

  private write(file: string, lines: readonly string[]): number {
    mkdirSync(path.dirname(file), { recursive: true });
    const handle = openSync(file, 'w');
    writeSync(handle, `${lines.join('\n')}\n`);
    closeSync(handle);
    const { size } = statSync(file);
    this.bytes += size;
    this.files += 1;
    return size;
  }

  private sessionStart(): number {
    return firstDayMs + this.random.below(days * 24 * 3600) * 1000;
  }

  private sessionBytes(): number {
    return bytesPerSession * (0.1 + 1.8 * this.random.next());
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
