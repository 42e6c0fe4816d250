import type { PageApi } from '../shared/host';
import { isRecord } from '../shared/host';
import { nothingSelected, type Selection } from './slots';

/** What a person set up in the page: kept across reloads. The workflow itself is in the document. */
export interface PageState {
  /** The document that the page shows. */
  readonly subject: string;
  readonly selection: Selection;
  /** The node that keys act on. */
  readonly current: string | undefined;
  /** Undefined until a person chose: then narrow pages show the tree and others the graph. */
  readonly view: 'graph' | 'tree' | undefined;
  readonly viewport: { readonly x: number; readonly y: number; readonly zoom: number } | undefined;
  /** Undefined until a person chose: then they are open where there is room. */
  readonly paletteOpen: boolean | undefined;
  readonly inspectorOpen: boolean | undefined;
  /** Undefined until a person chose: then large graphs have one. */
  readonly minimap: boolean | undefined;
}

const selectedLimit = 2_000;

export function readPageState(saved: unknown, subject: string): PageState {
  const fresh: PageState = { subject, selection: nothingSelected, current: undefined, view: undefined, viewport: undefined, paletteOpen: undefined, inspectorOpen: undefined, minimap: undefined };
  if (!isRecord(saved) || saved['subject'] !== subject) return fresh;
  const { selection, current, view, viewport, paletteOpen, inspectorOpen, minimap } = saved;
  return {
    subject,
    selection: isRecord(selection) ? { nodes: names(selection['nodes']), edges: names(selection['edges']), notes: names(selection['notes']) } : nothingSelected,
    current: typeof current === 'string' ? current : undefined,
    view: view === 'graph' || view === 'tree' ? view : undefined,
    viewport: readViewport(viewport),
    paletteOpen: typeof paletteOpen === 'boolean' ? paletteOpen : undefined,
    inspectorOpen: typeof inspectorOpen === 'boolean' ? inspectorOpen : undefined,
    minimap: typeof minimap === 'boolean' ? minimap : undefined,
  };
}

export function savePageState(api: PageApi, state: PageState): void {
  api.setState(state);
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string').slice(0, selectedLimit) : [];
}

function readViewport(value: unknown): PageState['viewport'] {
  if (!isRecord(value)) return undefined;
  const { x, y, zoom } = value;
  return typeof x === 'number' && typeof y === 'number' && typeof zoom === 'number' && Number.isFinite(x + y) && zoom > 0 ? { x, y, zoom } : undefined;
}
