import type { SourceFile } from '../changes/changedSources';

// A value inside of a function is nobody's to test.
const definition = /\b(?:function\s*\*?|class|interface|type|enum|def|func(?:\s*\([^)]*\))?|fn|struct|trait|mod)\s+([A-Za-z_$][\w$]*)|^(?:export\s+)?(?:const|let|var)\s+([A-Za-z_$][\w$]*)|^\s*(?:(?:public|private|protected|static|async|get|set|readonly|override)\s+)*([A-Za-z_$][\w$]*)\s*\([^()\n]*\)\s*(?::[^{};\n]+)?\{/gm;
const statements = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'function', 'return']);
/** Shorter names are in every text. */
const shortestName = 3;

/** What a source gives a name to: functions, methods, classes, types, values of the module. */
export function definedNames(source: SourceFile | undefined): ReadonlySet<string> {
  if (source?.language === undefined) return new Set();
  return new Set([...source.code.matchAll(definition)].map(([, named, value, method]) => named ?? value ?? method ?? '').filter((name) => name.length >= shortestName && !statements.has(name)));
}
