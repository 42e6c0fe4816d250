import { parse as parseJsonc } from 'jsonc-parser';
import { asObject, asText, type JsonObject } from '../../base/jsonShape';
import { canonicalJson } from '../canonicalJson';

export interface ConfigurationKind {
  readonly ruleId: 'evaluation-edited' | 'ci-edited' | 'test-configuration-edited' | 'check-configuration-edited';
  readonly what: string;
}

const kinds: readonly (readonly [pattern: RegExp, kind: ConfigurationKind])[] = [
  [/^\.amp\/evals(?:\.[\w-]+)?\.json$/, { ruleId: 'evaluation-edited', what: 'the evaluations' }],
  [/^\.github\/(?:workflows|actions)\/|(?:^|\/)\.gitlab-ci\.ya?ml$|^\.gitlab\/ci\/|^\.circleci\/|(?:^|\/)azure-pipelines[\w.-]*\.ya?ml$|^\.azure-pipelines\/|(?:^|\/)Jenkinsfile[\w.-]*$|^\.travis\.ya?ml$|^bitbucket-pipelines\.ya?ml$|^\.buildkite\/|^\.drone\.ya?ml$|^\.?appveyor\.ya?ml$|^\.woodpecker/, { ruleId: 'ci-edited', what: 'the continuous integration' }],
  [/(?:^|\/)(?:vite(?:st)?|jest|karma|playwright|cypress|ava|wtr|web-test-runner)(?:\.[\w-]+)*\.(?:config|workspace|setup)(?:\.[\w-]+)*\.\w+$|(?:^|\/)(?:vitest\.(?:config|workspace|projects)\.\w+|jest\.config\.\w+|\.mocharc\.\w+|mocha\.opts|\.taprc|pytest\.ini|tox\.ini|noxfile\.py|nextest\.toml|\.coveragerc|\.nycrc(?:\.\w+)?|nyc\.config\.\w+|\.c8rc(?:\.json)?|\.?codecov\.ya?ml|sonar-project\.properties|karma\.conf\.\w+)$/, { ruleId: 'test-configuration-edited', what: 'how tests are run or measured' }],
  [/(?:^|\/)(?:eslint\.config\.\w+|\.eslintrc(?:\.\w+)?|\.eslintignore|tsconfig[\w.-]*\.json|jsconfig\.json|biome\.jsonc?|\.?oxlintrc\.json|\.golangci\.(?:ya?ml|toml|json)|\.?ruff\.toml|mypy\.ini|\.mypy\.ini|\.flake8|\.pylintrc|pyrightconfig\.json|\.?clippy\.toml|deno\.jsonc?|\.prettierrc(?:\.\w+)?)$/, { ruleId: 'check-configuration-edited', what: 'how code is checked' }],
];

export function configurationKind(file: string): ConfigurationKind | undefined {
  return kinds.find(([pattern]) => pattern.test(file))?.[1];
}

/** Members of package.json that decide how a project is tested and checked. */
const packageMembers = ['jest', 'vitest', 'mocha', 'ava', 'tap', 'nyc', 'c8', 'eslintConfig', 'eslintIgnore', 'xo', 'standard', 'wireit', 'lint-staged', 'type'] as const;
const checkingScript = /test|lint|check|type|tsc|cover|valid|verif|eval|spec|\bci\b|e2e|unit/i;

export interface PartChange {
  readonly what: string;
  /** Where the part is in the new text, by JSON path. */
  readonly path: readonly string[];
  readonly isChecking: boolean;
}

/** What of a package.json changed that decides how it is tested: its scripts, and the sections of tools. An unreadable one has none. */
export function packageChanges(base: string | undefined, head: string | undefined): readonly PartChange[] {
  const [before, after] = [manifest(base), manifest(head)];
  if (!before) return [];
  const [old, now] = [asObject(before['scripts']) ?? {}, asObject(after?.['scripts']) ?? {}];
  const scripts = [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name): PartChange[] => {
    const [was, is] = [asText(old[name]), asText(now[name])];
    if (was === is) return [];
    // A script that nothing ran before takes nothing away; one around another does.
    const isNew = was === undefined && !(/^(?:pre|post)/.test(name) && name.replace(/^(?:pre|post)/, '') in { ...old, install: '', publish: '' }) && !checksNow(old, name);
    if (isNew) return [];
    return [{ what: `the script "${name}"`, path: is === undefined ? ['scripts'] : ['scripts', name], isChecking: checkingScript.test(name) || checkingScript.test(was ?? is ?? '') }];
  });
  const members = packageMembers.flatMap((name): PartChange[] => (canonicalJson(before[name] ?? null) === canonicalJson(after?.[name] ?? null) ? [] : [{ what: `its section "${name}"`, path: after?.[name] === undefined ? [] : [name], isChecking: name !== 'lint-staged' && name !== 'type' }]));
  return [...scripts, ...members];
}

/** A `test` script where there was none decides what the tests are. */
function checksNow(old: JsonObject, name: string): boolean {
  return name === 'test' && old['test'] === undefined;
}

function manifest(text: string | undefined): JsonObject | undefined {
  return text === undefined ? undefined : asObject(parseJsonc(text));
}

/** Sections of an INI or TOML file that configure tools which test and check. */
const toolSection = /^(?:tool\.(?:pytest|coverage|mypy|ruff|pylint|pyright|tox|hatch\.envs|black|isort|poe|nox|taskipy)\b|tool:pytest|pytest|mypy|flake8|coverage:|pylint|lints|workspace\.lints|profile\.test)/;

/** What of a file with sections changed that decides how a project is tested: names of sections. Comments and layout do not count. */
export function sectionChanges(base: string | undefined, head: string | undefined): readonly { readonly section: string; readonly offset: number }[] {
  const [before, after] = [sectionsOf(base ?? ''), sectionsOf(head ?? '')];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((section) => (before.get(section)?.content === after.get(section)?.content ? [] : [{ section, offset: after.get(section)?.offset ?? 0 }]));
}

function sectionsOf(text: string): Map<string, { content: string; readonly offset: number }> {
  const sections = new Map<string, { content: string; readonly offset: number }>();
  let current: { content: string; readonly offset: number } | undefined;
  let offset = 0;
  for (const line of text.split('\n')) {
    const head = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?/.exec(line)?.[1];
    if (head !== undefined) {
      const name = head.replaceAll(/["']/g, '');
      current = toolSection.test(name) ? (sections.get(name) ?? { content: '', offset }) : undefined;
      if (current) sections.set(name, current);
    } else if (current) current.content += line.replace(/(?:^|\s)#.*$/, '').replaceAll(/\s+/g, '');
    offset += line.length + 1;
  }
  return sections;
}

/** True where a file says the same in another layout. */
export function saysTheSame(file: string, base: string, head: string): boolean {
  if (!/\.jsonc?$|rc$/.test(file)) return false;
  const [before, after]: readonly unknown[] = [parseJsonc(base), parseJsonc(head)];
  return before !== undefined && after !== undefined && typeof before === 'object' && canonicalJson(before) === canonicalJson(after);
}
