import type { Clock } from '../../src/base/clock';
import { nodeTypes } from '../../src/model/workflow/nodeConfig';
import type { EffectKind, NodeExecutor, NodeExecutors, Probe, StepContext, StepEnd, StepResult, StepSpent } from '../../src/workflow/nodeExecutor';
import { conditionExecutor } from '../../src/workflow/nodes/condition';
import { endExecutor } from '../../src/workflow/nodes/end';
import { parallelExecutor } from '../../src/workflow/nodes/parallel';
import { startExecutor } from '../../src/workflow/nodes/start';
import { waitExecutor } from '../../src/workflow/nodes/wait';

export type Context = StepContext<Readonly<Record<string, unknown>>>;

/** What a node of a test does; where it says nothing, it passes. `effect` is the word of that name in its config, `pure` without. */
export interface Behaviour {
  readonly plan?: (context: Context) => Readonly<Record<string, unknown>>;
  readonly run?: (context: Context) => Promise<StepEnd | StepResult> | StepEnd | StepResult;
  readonly reattach?: (context: Context) => Promise<StepEnd | StepResult> | StepEnd | StepResult;
  readonly probe?: (context: Context) => Promise<Probe> | Probe;
  readonly content?: (context: Context) => unknown;
  readonly spent?: (context: Context) => StepSpent;
}

const passed: StepEnd = { kind: 'done', outcome: 'passed' };

/** Executors that do what the test says of each node, by its id; those of nodes that only route are the real ones. */
export function testExecutors(behaviours: Readonly<Record<string, Behaviour>>, clock: Clock, onRun: (context: Context) => void = () => undefined): NodeExecutors {
  const of = (context: Context): Behaviour => behaviours[context.node.id] ?? {};
  const end = async (value: Promise<StepEnd | StepResult> | StepEnd | StepResult | undefined): Promise<StepEnd> => {
    const given = (await value) ?? passed;
    return 'kind' in given ? given : { kind: 'done', ...given };
  };
  const made = nodeTypes.map((type): [string, NodeExecutor<Readonly<Record<string, unknown>>>] => {
    const executor: NodeExecutor<Readonly<Record<string, unknown>>> = {
      type,
      effect: (config) => (config['effect'] as EffectKind | undefined) ?? 'pure',
      run: (context) => {
        onRun(context);
        return end(of(context).run?.(context));
      },
      content: (context) => Promise.resolve(of(context).content?.(context)),
      reattach: (context) => end((of(context).reattach ?? of(context).run)?.(context)),
      ...(type === 'amp' && { plan: (context: Context) => Promise.resolve(of(context).plan?.(context) ?? {}) }),
      spent: (context) => Promise.resolve(of(context).spent?.(context) ?? {}),
      probe: (context) => Promise.resolve(of(context).probe?.(context) ?? { happened: 'unknown', question: 'Has it happened?' }),
    };
    return [type, executor];
  });
  return {
    ...(Object.fromEntries(made) as unknown as NodeExecutors),
    start: startExecutor(), end: endExecutor(), parallel: parallelExecutor(), condition: conditionExecutor(), wait: waitExecutor({ clock }),
  };
}
