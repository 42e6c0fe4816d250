import type { ReactElement } from 'react';
import { Icon } from './Icon';

interface ButtonProps {
  readonly onClick: () => void;
  readonly children: string;
  readonly primary?: boolean;
  readonly icon?: string;
  readonly title?: string;
}

/** The toolkit squeezes every `span` in a button to the size of an icon: the text has to be bare. */
export function Button({ onClick, children, primary = false, icon, title }: ButtonProps): ReactElement {
  return (
    <vscode-button appearance={primary ? 'primary' : 'secondary'} onClick={onClick} title={title}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </vscode-button>
  );
}

interface IconButtonProps {
  readonly icon: string;
  /** Its name for screen readers and its tooltip. */
  readonly label: string;
  readonly onClick: () => void;
  /** For a button that switches something on and off. */
  readonly pressed?: boolean;
}

export function IconButton({ icon, label, onClick, pressed }: IconButtonProps): ReactElement {
  return (
    <vscode-button
      appearance="icon"
      class={pressed ? 'pressed' : ''}
      aria-label={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      title={label}
      onClick={onClick}
    >
      <Icon name={icon} />
    </vscode-button>
  );
}
