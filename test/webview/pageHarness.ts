import { act } from '@testing-library/react';
import { expect } from 'vitest';
import type { Disposable } from '../../src/base/disposable';
import type { Listen } from '../../src/base/events';
import { HostPeer, type HostHandlers } from '../../src/protocol/hostPeer';
import type { PageContract, PageMessageOf } from '../../src/protocol/messages';
import type { Validate } from '../../src/protocol/validate';
import type { PageApi } from '../../webview/shared/host';
import { createHostTwin, type HostTwin } from '../../webview/shared/hostTwin';

export interface PageParts<C extends PageContract> {
  /** What the page kept when it was last closed. */
  readonly state: object | undefined;
  readonly check: Validate<PageMessageOf<C>>;
  readonly mount: (root: HTMLElement, api: PageApi, incoming: Listen<unknown>) => Disposable;
  /** What the page is about, as the host writes it into its markup. */
  readonly subject?: string;
  readonly handlers: (peer: () => HostPeer<C>) => HostHandlers<C>;
}

export interface OpenedPage<C extends PageContract> extends Disposable {
  readonly twin: HostTwin;
  readonly peer: HostPeer<C>;
  /** What the host logged. */
  readonly warnings: readonly string[];
}

/** A real page over the real host peer, in one memory. */
export function openPage<C extends PageContract>({ state, check, mount, subject, handlers }: PageParts<C>): OpenedPage<C> {
  const twin = createHostTwin(state);
  const warnings: string[] = [];
  const note = (message: string): void => void warnings.push(message);
  const peer: HostPeer<C> = new HostPeer<C>(twin.transport, check, handlers(() => peer), { warn: note, error: note });
  const root = document.createElement('div');
  root.id = 'root';
  if (subject !== undefined) root.dataset['subject'] = subject;
  document.body.append(root);
  let page: Disposable | undefined;
  act(() => {
    page = mount(root, twin.api, twin.incoming);
  });
  return {
    twin,
    peer,
    warnings,
    dispose: () => {
      act(() => page?.dispose());
      peer.dispose();
      root.remove();
      // Whatever a test does, the page may only send what the host accepts.
      expect(warnings.filter((warning) => warning.includes('a message that is none'))).toEqual([]);
    },
  };
}
