import type { FoundIssue } from '../../model/evalResult';
import type { ReviewedChange } from './integrityRule';

/** An installed package, the folder of all of them, or a link in its place. */
const packages = /^(?:.*\/)?(?:node_modules(?:\/(?:@[^/]+\/)?[^/]+)?|\.venv|venv(?=\/(?:bin|lib|Scripts|pyvenv\.cfg)(?:\/|$))|(?:site|dist)-packages(?:\/[^/]+)?)(?=\/|$)/;
/** What programs are tested on, which runs nothing. */
const samples = /(?:^|\/)(?:fixtures?|__fixtures__|testdata|test-data)\//i;

/** Modules that `python -m pytest` loads from the tree's own folder before it looks where they are installed. */
const pythonTools = ['pytest', '_pytest', 'pluggy', 'iniconfig', 'pytest_cov', 'sitecustomize', 'usercustomize'];
const pythonModules = ['argparse', 'ast', 'bdb', 'contextlib', 'copy', 'dataclasses', 'difflib', 'enum', 'fnmatch', 'functools', 'importlib', 'inspect', 'io', 'json', 'logging', 'operator', 'os', 'pathlib', 'pdb', 'platform', 're', 'shlex', 'shutil', 'tempfile', 'textwrap', 'traceback', 'types', 'typing', 'unittest', 'warnings', 'xml'];
const shadowing = new RegExp(String.raw`^(?:${[...pythonTools, ...pythonModules].join('|')})(?:\.py$|/__(?:init|main)__\.py$)`);

/**
 * What stands in the place of an installed tool, so that the change itself says whether its tests pass: `tool-planted`. A package is told
 * once, with its first file.
 */
export function plantedTools({ sources }: ReviewedChange): readonly FoundIssue[] {
  const told = new Set<string>();
  return sources.flatMap(({ change: { path, change } }): FoundIssue[] => {
    if (change === 'deleted' || samples.test(path)) return [];
    const isNew = change === 'added' || change === 'renamed';
    const planted = packages.exec(path)?.[0] ?? (isNew ? shadowing.exec(path)?.[0] : undefined);
    if (planted === undefined || told.has(planted)) return [];
    told.add(planted);
    return [{ ruleId: 'tool-planted', severity: 'error', file: path, message: `${planted} is where installed tools and libraries are looked for: what is in the change there could judge the change itself.` }];
  });
}
