/**
 * What must not reach an agent: git variables would point it at another repository, the editor's own would make `node` and `code` behave
 * as inside the editor, Node's would load debuggers into every program, npm's belong to the script that started us, and the last ones tell
 * an agent that it runs inside another one or is part of another trace.
 */
const scrubbed = [/^GIT_/i, /^VSCODE_/i, /^ELECTRON_/i, /^NODE_(OPTIONS|V8_COVERAGE|CHANNEL_FD|ENV)$/i, /^npm_/i, /^INIT_CWD$/i, /^AMP_ORCHESTRATOR_/i, /^CLAUDECODE$/, /^CLAUDE_CODE_(ENTRYPOINT|SSE_PORT)$/, /^CODEX_THREAD_ID$/, /^GEMINI_CLI$/, /^OPENCODE(_PID)?$/, /^TRACE(PARENT|STATE)$/, /^VITEST/];

/** No telemetry, no updates in the middle of a run, no colours in what we parse. */
const quiet = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_AUTOUPDATER: '1',
  NO_COLOR: '1',
};

/**
 * The whole environment of an agent: the person's own (paths, language, proxies, keys and what their build tools need: an agent runs those),
 * without what is ours or the editor's. The run's marker is added when it is started.
 */
export function agentEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name, value]) => value !== undefined && !scrubbed.some((pattern) => pattern.test(name)));
  return { ...Object.fromEntries(kept), ...quiet };
}
