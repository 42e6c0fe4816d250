import path from 'node:path';
import * as vscode from 'vscode';
import { formatCost, formatCount, formatDuration, formatTotalCost } from '../../base/format';
import type { SpanTotals } from '../../model/session';
import type { Engines } from '../platform/engines';
import type { SessionItem } from '../views/sessionNodes';

const costsUri = vscode.Uri.from({ scheme: 'amp-costs', path: '/Costs.md' });
const dayMs = 24 * 60 * 60 * 1000;

/** Costs of the workspace's sessions as a Markdown page that follows them. */
export class CostDocument implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly engines: Engines) {
    this.disposables = [this.changed, vscode.workspace.registerTextDocumentContentProvider(costsUri.scheme, this), engines.onDidChange(() => { this.changed.fire(costsUri); })];
  }

  async show(): Promise<void> {
    await vscode.commands.executeCommand('markdown.showPreview', costsUri);
  }

  async provideTextDocumentContent(): Promise<string> {
    const sections = await Promise.all(
      (await this.engines.openExisting()).map(async ({ repository, sessions, store }) => {
        const midnight = new Date().setHours(0, 0, 0, 0);
        const periods = await Promise.all([store.spans.totals({ fromMs: midnight }), store.spans.totals({ fromMs: midnight - 6 * dayMs }), store.spans.totals({})]);
        const listed = (await sessions.overview()).map((overview): SessionItem => ({ kind: 'session', ...overview, repositoryName: undefined }));
        return costPage(path.basename(repository.root), periods, listed);
      }),
    );
    return sections.length > 0 ? sections.join('\n') : '# Costs\n\nNo session has run in this workspace yet. Start one with **Amp: New Session...** and its cost appears here.\n';
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}

/** The page of one repository. `periods` are today, the last seven days, and all time. */
export function costPage(repository: string, periods: readonly SpanTotals[], sessions: readonly SessionItem[]): string {
  const labels = ['Today', 'Last 7 days', 'All time'];
  const unknown = periods.some(({ unknownCosts }) => unknownCosts > 0);
  return [
    `# Costs of ${cell(repository)}`,
    '',
    '| | Cost | Tokens in | Tokens out | Errors |',
    '|:--|--:|--:|--:|--:|',
    ...periods.map((totals, index) => `| ${labels[index] ?? ''} | ${cost(totals)} | ${formatCount(totals.tokensIn)} | ${formatCount(totals.tokensOut)} | ${formatCount(totals.errors)} |`),
    '',
    '## By session',
    '',
    '| Session | Agent | Status | Iterations | Time | Tokens | Cost |',
    '|:--|:--|:--|--:|--:|--:|--:|',
    ...sessions.map(({ session, iterations, totals }) => {
      const time = iterations.reduce((sum, { tsStart, tsEnd }) => sum + ((tsEnd ?? tsStart) - tsStart), 0);
      return `| ${cell(session.name)} | ${session.agent} | ${session.status} | ${iterations.length} | ${formatDuration(time).replaceAll(' ', '\u00A0')} | ${formatCount(totals.tokensIn + totals.tokensOut)} | ${cost(totals)} |`;
    }),
    '',
    'Costs are what the agents reported for their model calls.',
    ...(unknown ? ['', '`≥` and `—`: some agents do not say what their calls cost.'] : []),
    '',
  ].join('\n');
}

/** The day's and week's sums are zero when nothing ran; a session's cost without any reported call is unknown. */
function cost(totals: SpanTotals): string {
  return totals.spans === 0 ? formatCost(0) : formatTotalCost(totals);
}

function cell(text: string): string {
  return text.replace(/[\\|`*_[\]<>]/g, '\\$&').replace(/\s+/g, ' ');
}
