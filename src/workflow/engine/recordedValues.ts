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
  /** Let go of while nothing could see them: what an event brings to light later is read again. */
  private readonly forgotten = new Set<string>();
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
    // Nothing would look like an output that was empty.
    if (held === undefined) throw new Error('a long output was not read before it was asked for');
    if (held.error !== undefined) throw held.error;
    return held.value;
  }

  /** What expressions see now. Only once `ready` has resolved. */
  scope(): ExpressionScope {
    return scopeOf(this.state, (recorded) => this.valueOf(recorded));
  }

  /**
   * Undefined when all that expressions can see is there already, and what `also` names. Never rejects: what is missing is an error of those
   * who ask for it.
   */
  ready(also: readonly (Recorded | undefined)[] = []): Promise<void> | undefined {
    const needed = also.flatMap((recorded) => hashOf(recorded) ?? []).filter((hash) => !this.held.has(hash));
    this.isLoaded = this.isLoaded ? this.forgotten.size === 0 || !this.visible().some((hash) => this.forgotten.has(hash)) : this.visible().every((hash) => this.held.has(hash));
    return this.isLoaded && needed.length === 0 ? undefined : this.load(needed);
  }

  private async load(needed: readonly string[]): Promise<void> {
    const missing = [...new Set([...this.visible(), ...needed])].filter((hash) => !this.held.has(hash));
    await Promise.all(missing.map(async (hash) => {
      this.hold(hash, await this.artifacts.read(hash).then((text) => ({ value: JSON.parse(text) as unknown }), (error: unknown) => ({ error })));
    }));
    this.isLoaded = true;
  }

  private hold(hash: string, held: Held): void {
    this.held.set(hash, held);
    this.forgotten.delete(hash);
  }

  private async keep(text: string): Promise<Recorded> {
    const artifact = await this.artifacts.keep(text);
    if (this.held.size >= mostHeld) this.forget();
    this.hold(artifact, { value: JSON.parse(text) as unknown });
    return { artifact, bytes: Buffer.byteLength(text), preview: text.slice(0, previewLength).toWellFormed() };
  }

  private forget(): void {
    const visible = new Set(this.visible());
    for (const hash of this.held.keys()) {
      if (visible.has(hash)) continue;
      this.held.delete(hash);
      this.forgotten.add(hash);
    }
  }

  private visible(): string[] {
    return [...this.state.latest.values()].flatMap(({ output }) => hashOf(output) ?? []);
  }
}

function hashOf(recorded: Recorded | undefined): string | undefined {
  return recorded !== undefined && 'artifact' in recorded ? recorded.artifact : undefined;
}
