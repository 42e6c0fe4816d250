import type { Attributes } from '../model/span';
import { readGeminiStats } from './geminiStats';
import { InferredCalls } from './inferredCalls';
import type { JsonObject } from '../base/jsonShape';
import { asAttribute } from './attributeValue';
import { asName, asNumber, asObject, asText, present } from '../base/jsonShape';
import { plainError } from './plainError';
import type { StreamOptions } from './streamParser';
import { StreamParser } from './streamParser';

const provider = 'google';
/** Not a model: the program chooses one for each call. */
const chooses = /^auto\b/;
/** Refused by the program itself, which calls that a success. */
const refusal = /\bBlocked: command substitution detected/;
/** More than any model writes at once: what is told in parts may tear a secret. */
const longestPiece = 1_048_576;

/** Turns the lines of `gemini -o stream-json` into agent events: https://github.com/google-gemini/gemini-cli. Usage comes once, for the whole run. */
export class GeminiParser extends StreamParser {
  private readonly inferred: InferredCalls;
  private model: string | undefined;
  /** The pieces of the message that is being written. */
  private pieces = '';
  private piecesAt = 0;
  private pieceCall: string | undefined;
  private lastText: string | undefined;
  private usageTold = false;

  constructor(options: StreamOptions) {
    super(options);
    this.inferred = new InferredCalls(this.calls, provider);
  }

  protected understand(line: JsonObject, ts: number): boolean {
    if (line['type'] === 'message') return this.message(line, ts);
    this.flush();
    switch (line['type']) {
      case 'init':
        return this.init(line, ts);
      case 'tool_use':
        return this.toolUse(line, ts);
      case 'tool_result':
        return this.toolResult(line, ts);
      case 'error':
        this.notice(line['severity'] === 'error' ? 'error' : 'warning', plainError(asName(line['message']) ?? asName(asObject(line['error'])?.['message']) ?? 'An error without a message.'), ts);
        return true;
      case 'result':
        return this.result(line, ts);
      default:
        return false;
    }
  }

  protected override close(ts: number): void {
    this.flush();
    if (!this.usageTold && this.calls.count > 0) this.usageUntold(provider, this.model, ts);
  }

  private init(line: JsonObject, ts: number): boolean {
    const id = asName(line['session_id']);
    if (id === undefined) return false;
    const model = asName(line['model']);
    if (model !== undefined && !chooses.test(model)) this.model = model;
    this.begin(id, { model }, ts);
    this.inferred.asked(ts);
    return true;
  }

  private message(line: JsonObject, ts: number): boolean {
    const content = asText(line['content']);
    if (content === undefined) return false;
    if (line['role'] !== 'assistant') {
      this.flush();
      this.inferred.asked(ts);
      return true;
    }
    if (line['delta'] !== true || this.pieces.length + content.length > longestPiece) this.flush();
    if (content === '') return true;
    this.pieceCall = this.inferred.answer(this.agentSessionId, this.model, ts);
    this.calls.answered(this.pieceCall, ts);
    this.pieces += content;
    this.piecesAt = ts;
    if (line['delta'] !== true) this.flush();
    return true;
  }

  /** Text comes word by word; it is told when something else comes. */
  private flush(): void {
    if (this.pieces.trim() !== '') {
      this.lastText = this.pieces;
      this.emit({ kind: 'text', ts: this.piecesAt, text: this.pieces, ...present({ callId: this.pieceCall }) });
    }
    this.pieces = '';
  }

  private toolUse(line: JsonObject, ts: number): boolean {
    const toolId = asName(line['tool_id']);
    const name = asName(line['tool_name']);
    if (toolId === undefined || name === undefined) return false;
    if (this.tools.wasStarted(toolId)) return true;
    const callId = this.inferred.answer(this.agentSessionId, this.model, ts);
    this.tools.start({ toolId, name, input: asAttribute(line['parameters'] ?? {}), callId }, ts);
    return true;
  }

  private toolResult(line: JsonObject, ts: number): boolean {
    const toolId = asName(line['tool_id']);
    if (toolId === undefined) return false;
    if (!this.tools.isOpen(toolId)) return true;
    const output = asText(line['output']) ?? asName(asObject(line['error'])?.['message']) ?? '';
    const denied = refusal.test(output);
    this.tools.finish({ toolId, isError: denied || line['status'] === 'error', output, denied }, ts);
    this.inferred.asked(ts);
    return true;
  }

  private result(line: JsonObject, ts: number): boolean {
    this.calls.closeAll(ts);
    const stats = asObject(line['stats']);
    if (stats) this.tellUsage(stats, ts);
    const attrs = present({ durationMs: asNumber(stats?.['duration_ms']), toolCalls: asNumber(stats?.['tool_calls']) }) as Attributes;
    if (line['status'] === 'success') {
      this.decide({ ok: true, attrs, ...present({ text: this.lastText }) }, ts);
    } else {
      const error = asObject(line['error']);
      this.decide({ ok: false, attrs, errorMessage: plainError(asName(error?.['message']) ?? asName(error?.['type']) ?? 'no reason given') }, ts);
    }
    return true;
  }

  private tellUsage(stats: JsonObject, ts: number): void {
    const told = readGeminiStats(stats, this.model);
    // An answer without tokens is one whose tokens were not told.
    this.usageTold = told.length > 0;
    for (const { model, usage } of told) {
      if (usage) {
        this.emit({ kind: 'usage', ts, scope: 'run', provider, usage, costBasis: 'unknown', ...present({ model }) });
      } else {
        this.usageUnbelievable(stats, ts);
        this.usageUntold(provider, model, ts);
      }
    }
  }
}
