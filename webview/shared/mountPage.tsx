import type { ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import type { Disposable } from '../../src/base/disposable';
import { ErrorBoundary } from './ErrorBoundary';
import { ErrorState } from './ErrorState';
import { registerControls } from './ui/toolkit';

interface PageOptions {
  readonly host: Disposable;
  /** What the page shows: "The timeline". */
  readonly what: string;
  /** Said when drawing fails: what is not affected by that. */
  readonly comfort: string;
  readonly onShowLog: () => void;
  readonly children: ReactElement;
}

/** Draws a page, so that a fault in it leaves no blank one. */
export function mountPage(root: HTMLElement, { host, what, comfort, onShowLog, children }: PageOptions): Disposable {
  registerControls();
  const react = createRoot(root);
  react.render(
    <ErrorBoundary
      fallback={(error, retry) => (
        <ErrorState what={what} error={{ code: 'unexpected', message: `It could not be drawn: ${error.message}`, advice: comfort }} onRetry={retry} onShowLog={onShowLog} />
      )}
    >
      {children}
    </ErrorBoundary>,
  );
  return {
    dispose: () => {
      react.unmount();
      host.dispose();
    },
  };
}
