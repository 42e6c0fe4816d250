import type { AgentEvent } from '../model/agentEvent';
import type { AttributeValue } from '../model/span';
import { present } from '../base/jsonShape';

export interface ToolStart {
  readonly toolId: string;
  readonly name: string;
  readonly input: AttributeValue;
  readonly callId?: string;
  readonly parentToolId?: string;
}

export interface ToolEnd {
  readonly toolId: string;
  readonly isError: boolean;
  readonly output: string;
  readonly denied?: boolean;
}

/** The tool calls of one run, each started once and finished once however often the stream names it. */
export class OpenTools {
  private readonly started = new Set<string>();
  private readonly open = new Set<string>();

  constructor(private readonly emit: (event: AgentEvent) => void) {}

  isOpen(toolId: string): boolean {
    return this.open.has(toolId);
  }

  wasStarted(toolId: string): boolean {
    return this.started.has(toolId);
  }

  start(start: ToolStart, ts: number): void {
    if (this.started.has(start.toolId)) return;
    this.started.add(start.toolId);
    this.open.add(start.toolId);
    this.emit({ kind: 'toolStarted', ts, ...start });
  }

  finish({ toolId, isError, output, denied }: ToolEnd, ts: number): void {
    if (!this.open.delete(toolId)) return;
    this.emit({ kind: 'toolFinished', ts, toolId, isError, output, ...present({ denied: denied === true ? true : undefined }) });
  }

  /** Closes what got no result because the run ended. */
  finishAll(ts: number): void {
    for (const toolId of this.open) this.emit({ kind: 'toolFinished', ts, toolId, isError: true, output: 'The run ended before the tool did.' });
    this.open.clear();
  }
}
