import type { ReactElement } from 'react';
import { formatCount } from '../../src/base/format';
import { IconButton } from './ui/Button';

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
}

export function optional(name: string, value: string | undefined): readonly Fact[] {
  return value === undefined || value === '' ? [] : [{ name, value }];
}

export function FactList({ title, facts }: { readonly title?: string | undefined; readonly facts: readonly Fact[] }): ReactElement | null {
  if (facts.length === 0) return null;
  return (
    <section>
      {title !== undefined && <h3>{title}</h3>}
      <dl className="facts">
        {facts.map((fact) => (
          <div key={fact.name} className={fact.name.startsWith(' ') ? 'fact-row fact-part' : 'fact-row'}>
            <dt title={fact.name.trim()}>{fact.name.trim()}</dt>
            <dd dir="auto" title={fact.title ?? fact.value}>
              {fact.value}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface TextBlockProps {
  readonly name: string;
  readonly text: string;
  /** The whole text's length, when only its beginning is here. */
  readonly wholeLength?: number | undefined;
  readonly tone?: 'error';
  /** Written for people: wraps, and in the page's own font. */
  readonly prose?: boolean;
}

export function TextBlock({ name, text, wholeLength, tone, prose = false }: TextBlockProps): ReactElement {
  return (
    <section className="text-block">
      <div className="text-block-head">
        <h3>{name}</h3>
        <IconButton icon="copy" label={`Copy ${name.toLowerCase()}`} onClick={() => void navigator.clipboard.writeText(text)} />
      </div>
      <pre className={`${prose ? 'prose' : 'code'}${tone === undefined ? '' : ` tone-${tone}`}`} dir="auto" tabIndex={0} aria-label={name}>
        {text}
      </pre>
      {wholeLength !== undefined && (
        <p className="note">
          The first {formatCount(text.length)} of {formatCount(wholeLength)} characters.
        </p>
      )}
    </section>
  );
}
