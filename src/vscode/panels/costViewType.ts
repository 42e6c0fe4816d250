/** The panel's type, by which VS Code finds who brings it back after a window reload. Apart, so that activation need not load the panel. */
export const costViewType = 'ampOrchestrator.costs';
