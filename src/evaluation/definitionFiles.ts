export const scriptExtensions = ['.js', '.mjs', '.ts', '.mts'] as const;

/** The file that a `script` names; undefined when it is the source itself. */
export function scriptFile(script: string): string | undefined {
  return looksLikeFile(script) && scriptExtensions.some((extension) => script.endsWith(extension)) ? script : undefined;
}

/** One line without anything that only source has, with an extension or a folder. */
export function looksLikeFile(text: string): boolean {
  return text.length <= 1000 && /^[^\n\r(){};=<>"'`]+$/.test(text) && /\.[A-Za-z0-9]+$|\//.test(text);
}

/** A path that does not lead into the repository, on any system. */
export function isOutside(file: string): boolean {
  return file.startsWith('/') || file.includes('\\') || /^[A-Za-z]:/.test(file) || file.split('/').some((part) => part === '..' || part === '.git');
}
