import type { ReactElement } from 'react';

export type IconTone = 'running' | 'success' | 'warning' | 'error' | 'quiet' | 'plain';

interface IconProps {
  /** A codicon's name. */
  readonly name: string;
  readonly tone?: IconTone;
  readonly spin?: boolean;
  /** What it stands for, when no text beside it says so. */
  readonly label?: string;
}

export function Icon({ name, tone = 'plain', spin = false, label }: IconProps): ReactElement {
  const className = `icon codicon codicon-${name} tone-${tone}${spin ? ' codicon-modifier-spin' : ''}`;
  return label === undefined ? <span className={className} aria-hidden="true" /> : <span className={className} role="img" aria-label={label} title={label} />;
}
