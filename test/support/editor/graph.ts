import type { Locator, Page } from 'playwright-core';
import { webview } from './workbench';

/** Fractions of a width or height. */
type Part = readonly [x: number, y: number];

/** The visual editor of a workflow that is open, driven by mouse as a person would. */
export interface Graph {
  /** Its page. */
  readonly frame: ReturnType<typeof webview>;
  readonly inspector: Locator;
  /** A step by its name. */
  readonly step: (name: string) => Locator;
  /** An edge by its id. */
  readonly edge: (id: string) => Locator;
  /** Drags a type of step from the palette and drops its middle there, a part of the canvas. */
  readonly dropStep: (type: string, at: Part) => Promise<void>;
  /** Presses the `+` of a step and picks a type. */
  readonly addAfter: (name: string, type: string) => Promise<void>;
  /** Drags the handle of a step onto another one, or onto a part of the canvas where nothing is. */
  readonly dragEdge: (source: string, target: string | Part) => Promise<void>;
  /** Picks a type in the list that is open. */
  readonly pickType: (type: string) => Promise<void>;
  /** Presses a step and moves it a little, to leave it in the hand. */
  readonly lift: (name: string) => Promise<void>;
  /** Moves what is in the hand on, and lets it go. */
  readonly putDown: () => Promise<void>;
  readonly showAll: () => Promise<void>;
  readonly select: (name: string) => Promise<void>;
  readonly selectEdge: (id: string) => Promise<void>;
  /** A field of the inspector by its label. */
  readonly field: (label: string) => Locator;
  /** Fills one and leaves it. */
  readonly fill: (label: string, text: string) => Promise<void>;
}

const moves = { steps: 8 };

export function graphOf(page: Page, extensionId: string): Graph {
  const frame = webview(page, extensionId);
  const canvas = frame.locator('.canvas');
  const inspector = frame.getByRole('complementary', { name: 'Inspector' });
  const step = (name: string): Locator => frame.locator('.react-flow__node-step').filter({ has: page.locator('.step-name', { hasText: new RegExp(`^${name}$`) }) });
  const middle = async (thing: Locator, [x, y]: Part = [0.5, 0.5]): Promise<{ readonly x: number; readonly y: number }> => {
    const box = await thing.boundingBox();
    if (!box) throw new Error(`${String(thing)} is not in sight.`);
    return { x: box.x + box.width * x, y: box.y + box.height * y };
  };
  const drag = async (from: Locator, to: { readonly x: number; readonly y: number }): Promise<void> => {
    // Waits until the picture rests.
    await from.hover();
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, moves);
    await page.mouse.up();
  };
  const field = (label: string): Locator => inspector.locator('.form-field').filter({ has: page.locator('.form-label', { hasText: new RegExp(`^${label}( \\*)?$`) }) }).locator('input, textarea, select');
  let hand = { x: 0, y: 0 };
  const pickType = async (type: string): Promise<void> => {
    await frame.getByRole('dialog', { name: 'Add a step' }).locator('.pick-label').getByText(type, { exact: true }).click();
  };
  return {
    frame,
    inspector,
    step,
    field,
    edge: (id) => frame.locator(`[data-edge="${id}"]`),
    dropStep: async (type, at) => {
      const entry = frame.getByRole('complementary', { name: 'Steps to add' }).getByRole('button', { name: type, exact: true });
      await drag(entry, await middle(canvas, at));
    },
    addAfter: async (name, type) => {
      await step(name).hover();
      await step(name).getByRole('button', { name: `Add a step after ${name}` }).click();
      await pickType(type);
    },
    pickType,
    dragEdge: async (source, target) => {
      const handle = step(source).locator('.react-flow__handle.source');
      await step(source).hover();
      await handle.hover();
      await drag(handle, await (typeof target === 'string' ? middle(step(target)) : middle(canvas, target)));
    },
    lift: async (name) => {
      await step(name).locator('.step-name').hover();
      const { x, y } = await middle(step(name).locator('.step-name'));
      hand = { x: x + 20, y: y + 40 };
      await page.mouse.down();
      await page.mouse.move(hand.x, hand.y, moves);
    },
    putDown: async () => {
      await page.mouse.move(hand.x, hand.y + 40, moves);
      await page.mouse.up();
    },
    showAll: () => frame.getByRole('button', { name: 'Show all' }).click(),
    select: async (name) => {
      await step(name).locator('.step-name').click();
    },
    // A level edge has no height, which Playwright takes for hidden.
    selectEdge: async (id) => {
      const { x, y } = await middle(frame.locator(`[data-edge="${id}"]`));
      await page.mouse.click(x, y);
    },
    fill: async (label, text) => {
      await field(label).fill(text);
      await field(label).blur();
    },
  };
}
