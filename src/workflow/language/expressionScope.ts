import type { ExpressionScope, NodeInScope } from '../../model/workflow/scope';

export type { ExpressionScope, NodeInScope };

/** Evaluates expressions; each in an engine of its own, without clock, network and files. */
export interface Expressions {
  /** @throws OrchestratorError `expression-failed` naming what is wrong, also after 50 ms */
  evaluate(expression: string, scope: ExpressionScope, extra?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** A JSON value in which the templates of all texts are replaced by their values. */
  resolve(value: unknown, scope: ExpressionScope, extra?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** A script's function, called with the scope. Longer deadline: 10 s. */
  script(source: string, scope: ExpressionScope, signal?: AbortSignal): Promise<unknown>;
  /** Makes the first one fast. */
  prepare(): Promise<void>;
  dispose(): void;
}
