import { longestInline, type Recorded } from '../../model/workflow/event';
import type { ExecutionState } from '../../model/workflow/state';
import { scopeOf } from '../../model/workflow/scope';
import type { Artifacts } from './executionParts';
import type { ExpressionScope } from '../language/expressionScope';

const previewLength = 200;
/** Long values that are held at once, besides those that expressions can see. */
const mostHeld = 64;

interface Held {
  readonly value?: unknown;
  /** Why it could not be read. */
  readonly error?: unknown;
}

/** Puts values into the journal, and reads them again: short ones as they are, long ones as artifacts. What expressions see is what is on record. */
export class RecordedValues {
  private readonly held = new Map<string, Held>();
  private isLoaded = false;

  constructor(
    private readonly state: ExecutionState,
    private readonly artifacts: Artifacts,
    private readonly redact: (text: string) => string,
  ) {}

  /**
   * A promise only for what is long: that rejects when it could not be kept.
   * @throws TypeError for what is no JSON
   */
  record(value: unknown): Recorded | undefined | Promise<Recorded> {
    const json = value === undefined ? undefined : (JSON.stringify(value) as string | undefined);
    if (json === undefined) return undefined;
    const text = this.redact(json);
    return text.length > longestInline ? this.keep(text) : { value: JSON.parse(text) as unknown };
  }

  /** @throws OrchestratorError `store-failed` when it is kept elsewhere and is not there any more */
  valueOf(recorded: Recorded): unknown {
    if ('value' in recorded) return recorded.value;
    const held = this.held.get(recorded.artifact);
    if (held?.error !== undefined) throw held.error;
    return held?.value;
  }

  /** What expressions see now. Only once `ready` has resolved. */
  scope(): ExpressionScope {
    return scopeOf(this.state, (recorded) => this.valueOf(recorded));
  }

  /** Undefined when all that expressions can see is there already. Never rejects: what is missing is an error of those who ask for it. */
  ready(): Promise<void> | undefined {
    this.isLoaded ||= this.visible().every((hash) => this.held.has(hash));
    return this.isLoaded ? undefined : this.load();
  }

  private async load(): Promise<void> {
    await Promise.all(this.visible().map(async (hash) => {
      if (this.held.has(hash)) return;
      this.held.set(hash, await this.artifacts.read(hash).then((text) => ({ value: JSON.parse(text) as unknown }), (error: unknown) => ({ error })));
    }));
    this.isLoaded = true;
  }

  private async keep(text: string): Promise<Recorded> {
    const artifact = await this.artifacts.keep(text);
    if (this.held.size >= mostHeld) this.forget();
    this.held.set(artifact, { value: JSON.parse(text) as unknown });
    return { artifact, bytes: Buffer.byteLength(text), preview: text.slice(0, previewLength).toWellFormed() };
  }

  private forget(): void {
    const visible = new Set(this.visible());
    for (const hash of this.held.keys()) if (!visible.has(hash)) this.held.delete(hash);
  }

  private visible(): string[] {
    return [...this.state.latest.values()].flatMap(({ output }) => (output !== undefined && 'artifact' in output ? [output.artifact] : []));
  }
}
