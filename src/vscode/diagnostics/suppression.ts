import path from 'node:path';

/** A comment that keeps a finding from being reported, and where it goes. */
export interface Suppression {
  readonly text: string;
  /** `above`: on a line of its own before the finding's · `end`: behind the finding's line. */
  readonly place: 'above' | 'end';
}

interface Comment {
  readonly open: string;
  readonly close?: string;
}

const slashes: Comment = { open: '//' };
const hash: Comment = { open: '#' };
const block: Comment = { open: '/*', close: '*/' };
const markup: Comment = { open: '<!--', close: '-->' };
const dashes: Comment = { open: '--' };

const comments: Readonly<Record<string, Comment>> = {
  ...named(slashes, 'js mjs cjs jsx ts mts cts tsx java kt kts scala go rs c h cc cpp hpp cs swift dart php groovy gradle proto jsonc json5 scss less'),
  ...named(hash, 'py pyi rb sh bash zsh fish pl r jl ex exs yml yaml toml ini cfg conf tf mk dockerfile makefile gitignore'),
  ...named(block, 'css'),
  ...named(markup, 'html htm xml svg md markdown vue svelte'),
  ...named(dashes, 'sql lua hs elm'),
};

function named(comment: Comment, extensions: string): Record<string, Comment> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, comment]));
}

/**
 * The tool's own way to leave a finding out with a reason; `amp-ignore` where the tool has none. Undefined for files that have no comments.
 */
export function suppression(finding: { readonly evaluator: string; readonly use: string | undefined; readonly ruleId: string; readonly file: string }, reason: string): Suppression | undefined {
  const name = path.posix.basename(finding.file).toLowerCase();
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : name;
  const comment = comments[extension];
  if (!comment) return undefined;
  const { ruleId } = finding;
  const why = oneLine(reason, comment);
  const kind = finding.use ?? finding.evaluator;
  if (kind === 'eslint' && comment === slashes) return { text: `// eslint-disable-next-line ${ruleId} -- ${why}`, place: 'above' };
  if (kind === 'typescript' && comment === slashes) return { text: `// @ts-expect-error ${why}`, place: 'above' };
  if (extension === 'py' || extension === 'pyi') return { text: `# noqa: ${ruleId} ${why}`, place: 'end' };
  return { text: [comment.open, `amp-ignore ${ruleId}: ${why}`, comment.close].filter((part) => part !== undefined).join(' '), place: 'above' };
}

/** A reason must not end the comment that it is in. */
function oneLine(reason: string, { close }: Comment): string {
  const line = reason.replace(/\s+/g, ' ').trim();
  return close === undefined ? line : line.split(close).join(' ');
}
