import type { ReactElement } from 'react';
import { Icon } from './Icon';

interface ButtonProps {
  readonly onClick: () => void;
  readonly children: string;
  readonly primary?: boolean;
  readonly icon?: string;
  readonly title?: string;
  /** It cannot be used now; `title` says why. */
  readonly disabled?: boolean;
}

/** The toolkit squeezes every `span` in a button to the size of an icon: the text has to be bare. */
export function Button({ onClick, children, primary = false, icon, title, disabled = false }: ButtonProps): ReactElement {
  return (
    <vscode-button appearance={primary ? 'primary' : 'secondary'} onClick={disabled ? undefined : onClick} title={title} {...disabledIf(disabled)}>
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
  readonly disabled?: boolean;
}

export function IconButton({ icon, label, onClick, pressed, disabled = false }: IconButtonProps): ReactElement {
  return (
    <vscode-button
      appearance="icon"
      class={pressed ? 'pressed' : ''}
      aria-label={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      title={label}
      onClick={disabled ? undefined : onClick}
      {...disabledIf(disabled)}
    >
      <Icon name={icon} />
    </vscode-button>
  );
}

/** React writes `false` into an element of one's own, which then is there and so holds. */
function disabledIf(disabled: boolean): { readonly disabled?: true } {
  return disabled ? { disabled: true } : {};
}
