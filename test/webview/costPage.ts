import { fireEvent, screen, within } from '@testing-library/react';
import type { CostStory } from '../support/costFixtures';
import { openCosts, type CostPage, type CostPageOptions } from './costHarness';
import { useQuietPage } from './quietPage';

/** Opens the dashboard in the tests of the calling file, one page each, and lets none of them log an error. */
export function useCostPage(): (story: CostStory | undefined, options?: CostPageOptions) => CostPage {
  let page: CostPage | undefined;

  useQuietPage(() => {
    page?.dispose();
    page = undefined;
  });

  return (story, options) => {
    page = openCosts(story, options);
    return page;
  };
}

export function section(name: string): HTMLElement {
  return screen.getByRole('region', { name });
}

export function table(name: string): HTMLElement {
  return screen.getByRole('table', { name });
}

/** A table's lines as texts, heads first. */
export function lines(name: string): readonly (readonly string[])[] {
  return within(table(name)).getAllByRole('row').map((row) => [...row.children].map((cell) => cell.textContent ?? ''));
}

export function choose(label: string, option: string): void {
  const select = screen.getByLabelText(label);
  fireEvent.change(select, { target: { value: within(select).getByText(option).getAttribute('value') } });
}
