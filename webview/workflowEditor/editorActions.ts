import { createContext, useContext } from 'react';
import type { Gesture } from './gestures';
import type { Point } from './geometry';
import type { KeyAction } from './keyActions';
import type { Selection } from './slots';

/** A list of steps to add, where it was asked for. */
export interface AddMenuPlace {
  /** The step that leads to the new one. */
  readonly after?: string;
  /** The step that the new one leads to. */
  readonly before?: string;
  /** In the graph; without it the new one goes after that step. */
  readonly at?: Point;
  /** In the window. */
  readonly client: Point;
}

/** What the parts of the editor do. One object for the life of the page, so that parts need not be drawn anew because of it. */
export interface EditorActions {
  /** Posts a gesture and selects what it says. Does nothing while the workflow cannot be changed. */
  readonly perform: (gesture: Gesture | undefined) => void;
  readonly select: (selection: Selection, current?: string) => void;
  /** Selects something, and shows it in the inspector, which gets the focus. */
  readonly open: (selection: Selection) => void;
  /** Of a node, or of a group by its key. */
  readonly startRename: (key: string) => void;
  /** Without a name it stays as it was. */
  readonly endRename: (node: string, name: string | undefined) => void;
  readonly startNote: (note: string) => void;
  readonly endNote: (note: string, text: string | undefined) => void;
  readonly resizeNote: (note: string, position: Point, size: { readonly width: number; readonly height: number }) => void;
  /** Without a name it stays as it was. */
  readonly renameGroup: (group: string, name: string | undefined) => void;
  readonly removeGroup: (group: string) => void;
  readonly openAddMenu: (place: AddMenuPlace) => void;
  /** Connects, or says why not. */
  readonly connect: (source: string, target: string) => void;
  /** Does what a key asks for, where it means the same in the graph and in the tree. Returns whether it did. */
  readonly act: (action: KeyAction) => boolean;
  readonly copy: () => string | undefined;
  readonly paste: (text: string) => void;
  /** For screen readers, and shown for a moment. */
  readonly say: (text: string) => void;
}

const ActionsContext = createContext<EditorActions | undefined>(undefined);

export const ActionsProvider = ActionsContext.Provider;

export function useActions(): EditorActions {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error('a part of the editor outside of it');
  return actions;
}
