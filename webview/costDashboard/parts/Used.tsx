import type { ReactElement } from 'react';
import { budgetWarning } from '../../../src/model/budget';
import { Icon } from '../../shared/ui/Icon';
import { usedWords } from '../cards';

export function meterTone(share: number): 'plain' | 'warning' | 'error' {
  return share >= 1 ? 'error' : share >= budgetWarning ? 'warning' : 'plain';
}

/** What the colour of a budget's meter says, in words. */
export function Used({ share }: { readonly share: number }): ReactElement {
  const tone = meterTone(share);
  if (tone === 'plain') return <>{usedWords(share)}</>;
  return (
    <strong className="used">
      <Icon name={tone} tone={tone} />
      {usedWords(share)}
    </strong>
  );
}
