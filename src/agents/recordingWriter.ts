import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../base/clock';
import { after } from '../base/processWait';
import { noRedaction, type Redactor } from '../base/redactor';
import { RecordedOutput } from './recordedOutput';
import type { RecordingHeader } from './recording';
import { recordingVersion } from './recording';

export interface RecordingWriter {
  /** A line of the agent's output, as it came. */
  write(line: string): void;
  /** Ends the recording; `exitCode` is kept for agents whose verdict it is. */
  close(exitCode?: number | null): void;
  /** Why the recording stopped early (a full disk), if it did. */
  readonly problem: unknown;
}

const flushBytes = 64 * 1024;
const flushMs = 250;

/** Records a run while it happens, without its secrets. A run never fails because its recording does: the first problem ends the recording and is kept in `problem`. */
export function writeRecording(file: string, header: RecordingHeader, clock: Clock, redactor: Redactor = noRedaction): RecordingWriter {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    return new FileRecording(openSync(file, 'w'), header, clock, redactor);
  } catch (problem) {
    return { problem, write: () => undefined, close: () => undefined };
  }
}

class FileRecording implements RecordingWriter {
  problem: unknown;
  private readonly start: number;
  private readonly output: RecordedOutput;
  private pending: string[] = [];
  private pendingBytes = 0;
  private cancelFlush: (() => void) | undefined;
  private isOpen = true;

  constructor(
    private readonly descriptor: number,
    header: RecordingHeader,
    private readonly clock: Clock,
    redactor: Redactor,
  ) {
    this.start = clock.now();
    this.output = new RecordedOutput(redactor, (t, json) => { this.add(`{"t":${t},"line":${json}}`); });
    this.add(JSON.stringify({ type: 'recording', version: recordingVersion, ...header, ...redactedTexts(header, redactor) }));
  }

  write(line: string): void {
    if (this.isOpen) this.output.push(line, this.elapsed());
  }

  close(exitCode?: number | null): void {
    if (!this.isOpen) return;
    this.output.end(this.elapsed());
    if (exitCode !== undefined) this.add(JSON.stringify({ t: this.elapsed(), exitCode }));
    this.flush();
    this.isOpen = false;
    try {
      closeSync(this.descriptor);
    } catch (error) {
      this.problem ??= error;
    }
  }

  private elapsed(): number {
    return Math.round(this.clock.now() - this.start);
  }

  private add(line: string): void {
    if (!this.isOpen || this.problem !== undefined) return;
    this.pending.push(line, '\n');
    this.pendingBytes += line.length;
    if (this.pendingBytes >= flushBytes) this.flush();
    else this.cancelFlush ??= after(flushMs, () => { this.flush(); });
  }

  private flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    const bytes = Buffer.from(this.pending.join(''));
    this.pending = [];
    this.pendingBytes = 0;
    try {
      // On a full disk a write takes only a part and says so in nothing but its result; the next one then fails.
      for (let written = 0; written < bytes.length; ) written += writeSync(this.descriptor, bytes, written);
    } catch (error) {
      this.problem ??= error;
    }
  }
}

function redactedTexts({ title, prompt }: RecordingHeader, { redact }: Redactor): Partial<RecordingHeader> {
  return { ...(title !== undefined && { title: redact(title) }), ...(prompt !== undefined && { prompt: redact(prompt) }) };
}
