import { formatDuration, formatPlural, formatTotalCost } from '../../base/format';
import type { ChangedFile, Iteration, Session, SessionStatus, SpanTotals } from '../../model/session';
import type { GateBadge } from './gateBadge';

/** What the sessions view shows, without the editor: one node a session, an iteration, a changed file. */
export type SessionNode = SessionItem | IterationItem | FileItem;

export interface SessionItem {
  readonly kind: 'session';
  readonly session: Session;
  readonly iterations: readonly Iteration[];
  readonly totals: SpanTotals;
  /** What it is doing now, while it runs. */
  readonly activity: string | undefined;
  /** Folder name of its repository, when the workspace has several. */
  readonly repositoryName: string | undefined;
  /** What its evaluation says; absent where there is none. */
  readonly gate?: GateBadge | undefined;
}

export interface IterationItem {
  readonly kind: 'iteration';
  readonly session: Session;
  readonly iteration: Iteration;
}

export interface FileItem {
  readonly kind: 'file';
  readonly session: Session;
  readonly iteration: Iteration;
  readonly file: ChangedFile;
}

/** A codicon and the theme colour that goes with it. */
export interface StatusIcon {
  readonly icon: string;
  readonly color?: string;
}

const running: StatusIcon = { icon: 'loading~spin', color: 'charts.blue' };
const success: StatusIcon = { icon: 'pass', color: 'charts.green' };
const failure: StatusIcon = { icon: 'error', color: 'charts.red' };
const warning: StatusIcon = { icon: 'warning', color: 'charts.yellow' };
const quiet: StatusIcon = { icon: 'circle-slash', color: 'descriptionForeground' };

export function sessionIcon({ session, iterations }: SessionItem): StatusIcon {
  switch (session.status) {
    case 'running':
    case 'merging':
    case 'deleting':
      return running;
    case 'failed':
      return failure;
    case 'conflict':
    case 'interrupted':
    case 'budget-exceeded':
      return warning;
    case 'stopped':
    case 'deleted':
      return session.attention === undefined ? quiet : warning;
    case 'merged':
      return { icon: 'git-merge', color: 'charts.green' };
    case 'ready':
      if (session.attention !== undefined) return warning;
      return iterations.length === 0 ? { icon: 'circle-outline' } : success;
  }
}

export function iterationIcon({ iteration }: IterationItem): StatusIcon {
  switch (iteration.status) {
    case 'running':
      return running;
    case 'succeeded':
      return success;
    case 'failed':
      return failure;
    case 'stopped':
      return quiet;
    case 'interrupted':
      return warning;
  }
}

export function needsAttention({ session }: SessionItem): boolean {
  return session.attention !== undefined || ['failed', 'conflict', 'interrupted', 'budget-exceeded'].includes(session.status);
}

const labelLength = 36;

/** Short enough for the description to be seen beside it; the tooltip has the whole. */
export function shortLabel(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  if (line.length <= labelLength) return line;
  const cut = line.slice(0, labelLength - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > labelLength / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/** `$0.42 · 3 m 12 s · running · Edit src/invoice.ts`: most telling first, since the view cuts the end. */
export function sessionDescription(item: SessionItem, now: number): string {
  const { session, totals, iterations } = item;
  const time = iterations.reduce((sum, { tsStart, tsEnd }) => sum + ((tsEnd ?? (session.status === 'running' ? now : tsStart)) - tsStart), 0);
  return [
    costText(totals),
    time > 0 ? formatDuration(time) : undefined,
    gateText(item),
    session.status === 'running' && item.activity ? item.activity : isHeldBack(item) ? undefined : statusText(session.status, iterations.length),
    session.agent,
    item.repositoryName,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
}

/** While it runs or once it is merged nobody asks. */
function gateText({ session, gate }: SessionItem): string | undefined {
  return session.status === 'running' || session.status === 'merged' ? undefined : gate?.text;
}

/** It is not ready to merge when its gate has said no. */
function isHeldBack({ session, gate }: SessionItem): boolean {
  return session.status === 'ready' && (gate?.state === 'failed' || gate?.state === 'errored');
}

/** Nothing for a session whose agent reported no model call. */
function costText(totals: SpanTotals): string | undefined {
  return totals.tokensIn + totals.tokensOut === 0 && totals.costNano === 0 ? undefined : formatTotalCost(totals);
}

function statusText(status: SessionStatus, iterations: number): string {
  switch (status) {
    case 'ready':
      return iterations === 0 ? 'not run yet' : 'ready to merge';
    case 'conflict':
      return 'conflicts with its base';
    case 'budget-exceeded':
      return 'over budget';
    default:
      return status;
  }
}

/** `+18 −4`, and nothing for a run without changes. */
export function linesText(files: readonly ChangedFile[]): string {
  if (files.length === 0) return '';
  const added = files.reduce((sum, { linesAdded }) => sum + (linesAdded ?? 0), 0);
  const deleted = files.reduce((sum, { linesDeleted }) => sum + (linesDeleted ?? 0), 0);
  return `+${added} −${deleted}`;
}

export function iterationDescription({ iteration }: IterationItem): string {
  const lines = linesText(iteration.changedFiles);
  const duration = iteration.tsEnd === undefined ? undefined : formatDuration(iteration.tsEnd - iteration.tsStart);
  const state = iteration.status === 'succeeded' ? (lines === '' ? 'nothing changed' : lines) : [iteration.status, lines].filter(Boolean).join(' · ');
  return [state, duration].filter(Boolean).join(' · ');
}

export function sessionTooltip(item: SessionItem): string {
  const { session, totals, iterations } = item;
  const rows = [
    `**${escapeMarkdown(session.name)}**`,
    session.attention ? `$(warning) ${escapeMarkdown(session.attention)}` : undefined,
    `${statusText(session.status, iterations.length)} · ${formatPlural(iterations.length, 'iteration')} · ${formatPlural(totals.spans, 'step')}`,
    item.gate && `${gateIcons[item.gate.state]} ${escapeMarkdown(item.gate.sentence)}`,
    `Cost ${formatTotalCost(totals)}${totals.unknownCosts > 0 ? ' (the agent does not say what its calls cost)' : ''} · tokens ${totals.tokensIn.toLocaleString('en')} in, ${totals.tokensOut.toLocaleString('en')} out`,
    `Branch \`${session.branch}\` from \`${session.baseBranch}\``,
    session.status === 'merged' ? `Merged as \`${session.mergedSha?.slice(0, 8) ?? ''}\`` : `Worktree \`${session.worktree}\``,
  ];
  return rows.filter((row) => row !== undefined).join('\n\n');
}

const gateIcons: Record<GateBadge['state'], string> = { passed: '$(pass)', failed: '$(error)', errored: '$(warning)', stale: '$(history)', running: '$(loading~spin)' };

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>$]/g, '\\$&');
}

/** Which commands fit the node: `session.<workable|running|merging|deleting|merged>.<changed|empty>`, and `.evaluated` where there is a report. */
export function contextValue(node: SessionNode): string {
  if (node.kind === 'file') return 'file';
  const changed = node.kind === 'session' ? node.iterations.some(({ commitSha }) => commitSha !== undefined) : node.iteration.commitSha !== undefined;
  const state = node.kind === 'iteration' ? node.iteration.status : isWorkable(node.session) ? 'workable' : node.session.status;
  return `${node.kind}.${state}.${changed ? 'changed' : 'empty'}${node.kind === 'session' && node.gate?.hasReport ? '.evaluated' : ''}`;
}

/** It can be run again, merged or deleted. */
export function isWorkable({ status }: Session): boolean {
  return !['running', 'merging', 'deleting', 'merged'].includes(status);
}

/** Stable over refreshes, so that expansion and selection stay. */
export function nodeId(node: SessionNode): string {
  switch (node.kind) {
    case 'session':
      return node.session.id;
    case 'iteration':
      return node.iteration.id;
    case 'file':
      return `${node.iteration.id}/${node.file.path}`;
  }
}

/** Of what git says changed, the file that is shown under the name; all of it when the name was stored without the secret that it holds. */
export function filesShownAs(shownPath: string | undefined, files: readonly ChangedFile[]): readonly ChangedFile[] {
  const named = files.filter(({ path }) => path === shownPath);
  return named.length > 0 ? named : files;
}

export function childrenOf(node: SessionNode): SessionNode[] {
  switch (node.kind) {
    case 'session':
      return node.iterations.map((iteration) => ({ kind: 'iteration', session: node.session, iteration }));
    case 'iteration':
      return node.iteration.changedFiles.map((file) => ({ kind: 'file', session: node.session, iteration: node.iteration, file }));
    case 'file':
      return [];
  }
}
