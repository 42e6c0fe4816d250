import type { HTMLAttributes, RefAttributes } from 'react';

interface ControlAttributes extends HTMLAttributes<HTMLElement>, RefAttributes<HTMLElement> {
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  readonly class?: string;
  readonly disabled?: true;
  readonly placeholder?: string;
  readonly value?: string;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ControlAttributes;
      'vscode-text-field': ControlAttributes;
    }
  }
}
