import type { AgentName } from '../model/session';
import { CodexParser } from './codexStream';
import { GeminiParser } from './geminiStream';
import { OpencodeParser } from './opencodeStream';
import { StreamJsonParser } from './streamJson';
import type { StreamOptions, StreamParser } from './streamParser';

/** The parser for what an agent prints. */
export function createStreamParser(agent: AgentName, options: StreamOptions): StreamParser {
  switch (agent) {
    case 'codex':
      return new CodexParser(options);
    case 'gemini':
      return new GeminiParser(options);
    case 'opencode':
      return new OpencodeParser(options);
    case 'amp':
    case 'claudeCode':
    case 'command':
    case 'replay':
      return new StreamJsonParser(options);
  }
}
