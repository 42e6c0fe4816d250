import type { Static, TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

/**
 * The envelope all pages share. A page says `ready` first and is then sent whole snapshots; it asks for resources by requests that
 * it may cancel, and starts things by actions, which have no answer of their own. Errors travel as data, without stacks.
 */
export const ErrorDataSchema = Type.Object({
  /** Stable code of an OrchestratorError, or `unexpected`, `bad-message`, `not-found`, `too-many-requests`. */
  code: Type.String(),
  message: Type.String(),
  advice: Type.String(),
});
export type ErrorData = Static<typeof ErrorDataSchema>;

const RequestId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

export const ReadyMessage = strict({ type: Type.Literal('ready') });
export const CancelMessage = strict({ type: Type.Literal('cancel'), id: RequestId });

export function requestMessage<const Resource extends string, Params extends TSchema>(resource: Resource, params: Params) {
  return strict({ type: Type.Literal('request'), id: RequestId, resource: Type.Literal(resource), params });
}

export function actionMessage<const Action extends string, Params extends TSchema>(action: Action, params: Params) {
  return strict({ type: Type.Literal('action'), action: Type.Literal(action), params });
}

export function snapshotMessage<Snapshot extends TSchema>(snapshot: Snapshot) {
  return strict({ type: Type.Literal('snapshot'), snapshot });
}

export const ErrorMessage = strict({
  type: Type.Literal('error'),
  /** `snapshot`: the page's data could not be read · `action`: what the person asked for failed · `message`: the page sent nonsense. */
  about: Type.Union([Type.Literal('snapshot'), Type.Literal('action'), Type.Literal('message')]),
  error: ErrorDataSchema,
});
export type ErrorAbout = Static<typeof ErrorMessage>['about'];

export const FailedResponse = strict({ type: Type.Literal('response'), id: RequestId, ok: Type.Literal(false), error: ErrorDataSchema });

export function responseMessage<Result extends TSchema>(result: Result) {
  return strict({ type: Type.Literal('response'), id: RequestId, ok: Type.Literal(true), result });
}

/** An object that may hold nothing but the named properties. */
export function strict<const Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}

export function oneOf<const T extends readonly string[]>(values: T) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });
}

/** The types of one page's messages, from which both peers take theirs. */
export interface PageContract {
  readonly snapshot: unknown;
  readonly resources: { readonly [name: string]: { readonly params: unknown; readonly result: unknown } };
  readonly actions: { readonly [name: string]: unknown };
}

type NameOf<T> = Extract<keyof T, string>;

export type RequestOf<C extends PageContract> = {
  [Resource in NameOf<C['resources']>]: {
    readonly type: 'request';
    readonly id: number;
    readonly resource: Resource;
    readonly params: C['resources'][Resource]['params'];
  };
}[NameOf<C['resources']>];

export type ActionOf<C extends PageContract> = {
  [Action in NameOf<C['actions']>]: { readonly type: 'action'; readonly action: Action; readonly params: C['actions'][Action] };
}[NameOf<C['actions']>];

export type PageMessageOf<C extends PageContract> = { readonly type: 'ready' } | { readonly type: 'cancel'; readonly id: number } | RequestOf<C> | ActionOf<C>;

export type HostMessageOf<C extends PageContract> =
  | { readonly type: 'snapshot'; readonly snapshot: C['snapshot'] }
  | { readonly type: 'error'; readonly about: ErrorAbout; readonly error: ErrorData }
  | { readonly type: 'response'; readonly id: number; readonly ok: true; readonly result: C['resources'][NameOf<C['resources']>]['result'] }
  | { readonly type: 'response'; readonly id: number; readonly ok: false; readonly error: ErrorData };
