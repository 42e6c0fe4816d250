/**
 * Languages of code by ending, in jscpd's names. Data, markup and prose repeat themselves by nature and are not here; the whole table of
 * jscpd would bring its grammars into the caller's program.
 */
const formats: Readonly<Record<string, string>> = {
  js: 'javascript', mjs: 'javascript', cjs: 'javascript', es6: 'javascript', jsx: 'jsx', ts: 'typescript', mts: 'typescript', cts: 'typescript', tsx: 'tsx',
  py: 'python', rb: 'ruby', go: 'go', rs: 'rust', java: 'java', kt: 'kotlin', kts: 'kotlin', scala: 'scala', groovy: 'groovy', cs: 'csharp', fs: 'fsharp', php: 'php',
  c: 'c', h: 'c-header', cpp: 'cpp', cc: 'cpp', cxx: 'cpp', hpp: 'cpp-header', hh: 'cpp-header', m: 'objectivec', mm: 'objectivec', swift: 'swift', dart: 'dart',
  ex: 'elixir', exs: 'elixir', erl: 'erlang', hs: 'haskell', clj: 'clojure', lua: 'lua', pl: 'perl', pm: 'perl', r: 'r', jl: 'julia', nim: 'nim', sh: 'bash', bash: 'bash',
  ps1: 'powershell', sql: 'sql', css: 'css', scss: 'scss', less: 'less', sass: 'sass', vue: 'vue', svelte: 'svelte', astro: 'astro',
};

/** Undefined for what is not compared. */
export function codeFormat(file: string): string | undefined {
  const ending = /\.([A-Za-z0-9]+)$/.exec(file)?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(formats, ending) ? formats[ending] : undefined;
}
