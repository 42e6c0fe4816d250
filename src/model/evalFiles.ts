/** Where a repository keeps its evaluations, relative to its root. */
export const evalConfigFile = '.amp/evals.json';
/** Findings that the team lives with. */
export const evalBaselineFile = '.amp/evals.baseline.json';
