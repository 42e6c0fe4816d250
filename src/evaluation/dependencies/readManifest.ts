import { basename } from 'node:path/posix';
import { parseTree, type Node } from 'jsonc-parser';
import { emptyManifest, type Dependency, type InstallStep, type Manifest } from './dependency';

const packageGroups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides', 'resolutions'];
/** npm runs these when it installs the package itself; https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-scripts. */
const installScripts = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare', 'dependencies'];

/** Readers by the name of the manifest. */
const readers: readonly (readonly [pattern: RegExp, read: (text: string) => Manifest])[] = [
  [/^package\.json$/, packageManifest],
  [/^(?:requirements|constraints)[\w.-]*\.(?:txt|in)$/, requirements],
  [/^pyproject\.toml$/, pyproject],
  [/^Pipfile$/, (text) => ({ dependencies: tomlTables(text, /^(?:dev-)?packages$/), steps: [] })],
  [/^Cargo\.toml$/, (text) => ({ dependencies: tomlTables(text, /^(?:(?:target\..+|workspace)\.)?(?:dev-|build-)?dependencies(?:\.|$)|^patch\./), steps: [] })],
  [/^go\.mod$/, goModule],
];

export function isManifest(file: string): boolean {
  return readers.some(([pattern]) => pattern.test(basename(file)));
}

/** What a manifest asks for; nothing of one that cannot be read. */
export function readManifest(file: string, text: string | undefined): Manifest {
  const reader = readers.find(([pattern]) => pattern.test(basename(file)))?.[1];
  return text === undefined || !reader ? emptyManifest : reader(text);
}

function packageManifest(text: string): Manifest {
  const tree = parseTree(text);
  const dependencies = packageGroups.flatMap((group) => leaves(memberOf(tree, group), group, ''));
  const steps = properties(memberOf(tree, 'scripts')).flatMap(({ name, value, offset }): InstallStep[] => (installScripts.includes(name) && typeof value.value === 'string' ? [{ name, command: value.value, offset }] : []));
  return { dependencies, steps };
}

function memberOf(tree: Node | undefined, name: string): Node | undefined {
  return properties(tree).find((property) => property.name === name)?.value;
}

function properties(node: Node | undefined): readonly { readonly name: string; readonly value: Node; readonly offset: number }[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children: [key, value] = [], offset }) => (key && value && typeof key.value === 'string' ? [{ name: key.value, value, offset }] : []));
}

/** Overrides may be nested. */
function leaves(node: Node | undefined, group: string, before: string): Dependency[] {
  return properties(node).flatMap(({ name, value, offset }) => {
    const whole = before === '' ? name : `${before} > ${name}`;
    return typeof value.value === 'string' ? [{ name: whole, version: value.value, group, offset }] : leaves(value, group, whole);
  });
}

const requirement = /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(.*)$/;

function requirements(text: string): Manifest {
  const dependencies = linesOf(text).flatMap(({ line, offset }): Dependency[] => {
    const written = line.replace(/(?:^|\s)#.*$/, '').trim();
    if (written === '') return [];
    // Where packages come from is as good as the packages.
    const index = /^(?:-i|--index-url|--extra-index-url|--find-links|-f|--trusted-host)[\s=]+(\S+)/.exec(written);
    if (index) return [{ name: written.split(/[\s=]/)[0] ?? '', version: `url=${index[1] ?? ''}`, group: 'options', offset }];
    const source = /^(?:-e\s+|--editable[\s=]+)?((?:git\+|https?:|file:|\.{0,2}\/)\S*)/.exec(written)?.[1];
    if (source !== undefined) return [{ name: /#egg=([\w.-]+)/.exec(source)?.[1] ?? source.replace(/@[^/@]*$/, ''), version: source, group: 'requirements', offset }];
    return written.startsWith('-') ? [] : pythonDependency(written, 'requirements', offset);
  });
  return { dependencies, steps: [] };
}

function pythonDependency(written: string, group: string, offset: number): Dependency[] {
  const [, name, rest = ''] = requirement.exec(written) ?? [];
  // Hashes and markers come after the version.
  return name === undefined ? [] : [{ name: name.toLowerCase().replaceAll(/[._]+/g, '-'), version: rest.replace(/\s*(?:;|--hash|\\).*$/, '').trim(), group, offset }];
}

function pyproject(text: string): Manifest {
  const lists = [...text.matchAll(/^\s*(?:"?([\w.-]+)"?)\s*=\s*\[((?:[^\]"']|"[^"\n]*"|'[^'\n]*')*)\]/gm)].flatMap(({ 0: whole, 1: key = '', 2: list = '', index }): Dependency[] => {
    const section = sectionAt(text, index);
    const isList = (section === 'project' && key === 'dependencies') || /^(?:project\.optional-dependencies|dependency-groups)$/.test(section) || (section === 'build-system' && key === 'requires') || (section === 'tool.uv' && key === 'dev-dependencies');
    if (!isList) return [];
    const start = index + whole.indexOf('[') + 1;
    return [...list.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].flatMap(({ 1: double, 2: single, index: at }) => pythonDependency((double ?? single ?? '').trim(), section === 'build-system' ? 'build-system' : key, start + at));
  });
  return { dependencies: [...lists, ...tomlTables(text, /^tool\.poetry\.(?:group\.[\w-]+\.|dev-)?dependencies$|^tool\.uv\.sources$/)], steps: [] };
}

function sectionAt(text: string, offset: number): string {
  return [...text.slice(0, offset).matchAll(/^\s*\[\[?([^\]\n]+)\]\]?\s*(?:#.*)?$/gm)].at(-1)?.[1]?.trim() ?? '';
}

/** `name = "1"` and `name = { version = "1", git = "…" }` in tables of those names, and tables of one dependency. */
function tomlTables(text: string, wanted: RegExp): Dependency[] {
  let section = '';
  return linesOf(text).flatMap(({ line, offset }): Dependency[] => {
    const head = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?/.exec(line)?.[1];
    if (head !== undefined) section = head.replaceAll(/["']/g, '');
    if (head !== undefined || !wanted.test(section)) return [];
    const [, name, value = ''] = /^\s*["']?([\w.-]+)["']?\s*=\s*(.+?)\s*(?:#.*)?$/.exec(line) ?? [];
    if (name === undefined) return [];
    const own = /dependencies\.([\w-]+)$/.exec(section)?.[1];
    if (own !== undefined) return /^(?:version|git|path|url|registry)$/.test(name) ? [{ name: own, version: name === 'version' ? unquoted(value) : `${name}=${unquoted(value)}`, group: `${section} ${name}`, offset }] : [];
    const table = /^\{(.*)\}$/.exec(value)?.[1];
    const version = table === undefined ? unquoted(value) : /\b(?:git|path|url)\s*=/.test(table) ? table.trim() : (/\bversion\s*=\s*["']([^"']*)["']/.exec(table)?.[1] ?? table.trim());
    return [{ name: name.replace(/\.workspace$/, ''), version, group: section, offset }];
  });
}

function unquoted(value: string): string {
  return value.replaceAll(/^["']|["']$/g, '');
}

function goModule(text: string): Manifest {
  let block = '';
  const dependencies = linesOf(text).flatMap(({ line, offset }): Dependency[] => {
    const written = line.replace(/\/\/.*$/, '').trim();
    const opened = /^(require|replace|exclude|tool)\s*\($/.exec(written)?.[1];
    if (opened !== undefined || written === ')') {
      block = opened ?? '';
      return [];
    }
    const [, word = block, rest = written] = /^(require|replace)\s+(.+)$/.exec(written) ?? [];
    if (word === 'replace') {
      const [name = '', to = ''] = rest.split(/\s*=>\s*/);
      return to === '' ? [] : [{ name, version: to.startsWith('.') || to.startsWith('/') ? to : `url=${to}`, group: 'replace', offset }];
    }
    const [name, version] = rest.split(/\s+/);
    return word === 'require' && name !== undefined && version !== undefined ? [{ name, version, group: 'require', offset }] : [];
  });
  return { dependencies, steps: [] };
}

function linesOf(text: string): readonly { readonly line: string; readonly offset: number }[] {
  let offset = 0;
  return text.split('\n').map((line) => {
    const at = offset + (line.length - line.trimStart().length);
    offset += line.length + 1;
    return { line: line.replace(/\r$/, ''), offset: at };
  });
}
