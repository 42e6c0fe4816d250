import type { ReactElement } from 'react';
import { formatPlural } from '../../../src/base/format';
import { IconButton } from '../../shared/ui/Button';
import { TextField } from '../../shared/ui/TextField';

interface ToolbarProps {
  readonly filter: string;
  readonly matches: number | undefined;
  readonly onFilter: (text: string) => void;
  readonly follow: boolean;
  readonly onFollow: (on: boolean) => void;
  readonly onCollapseAll: () => void;
  readonly onExpandAll: () => void;
}

export function Toolbar({ filter, matches, onFilter, follow, onFollow, onCollapseAll, onExpandAll }: ToolbarProps): ReactElement {
  return (
    <div className="toolbar" role="toolbar" aria-label="Timeline">
      <TextField value={filter} onChange={onFilter} onEscape={() => onFilter('')} label="Filter steps" placeholder="Filter (text, error, tool:bash, type:git)" />
      <span className="matches" role="status">
        {matches !== undefined && formatPlural(matches, 'match', 'matches')}
      </span>
      {filter !== '' && <IconButton icon="clear-all" label="Clear filter" onClick={() => onFilter('')} />}
      <IconButton icon="fold-down" label={follow ? 'Stop following new steps' : 'Follow new steps'} pressed={follow} onClick={() => onFollow(!follow)} />
      <IconButton icon="expand-all" label="Expand all" onClick={onExpandAll} />
      <IconButton icon="collapse-all" label="Collapse all" onClick={onCollapseAll} />
    </div>
  );
}
