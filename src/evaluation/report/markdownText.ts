import { plainText, terminalText } from '../../base/plainText';

/** What Markdown, GitHub's and that of editors, makes a link, a picture of a person or an address of, without any brackets around it. */
const linkLike = /[@/\\]|www|\w[.:]\S|\p{Cf}/iu;
const meaningful = /[\\`*_[\]<>|~&$]/g;
/** At the beginning of a line they would make a heading, a list or a quotation. */
const opening = /^(\d*)([-+#=>.)])/;

/**
 * Text of tools and models as a part of a paragraph: it makes no markup, no HTML and no link. Words that would become links by
 * themselves (addresses, files, names of people) stand as code.
 */
export function markdownText(text: string): string {
  return oneLine(text).split(' ').filter((word) => word !== '').map(shownWord).join(' ');
}

/** The same for a cell of a table, where code could not hold every character. */
export function markdownCell(text: string): string {
  return oneLine(text).replace(/[!-,./:-@[-`{-~]/g, '\\$&');
}

/** One line of code. */
export function markdownCode(text: string): string {
  const line = oneLine(text);
  const fence = '`'.repeat(longestRun(line) + 1);
  const space = line === '' || /^[` ]|[` ]$/.test(line) ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** Lines of code, whatever is in them. */
export function markdownBlock(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${terminalText(text.toWellFormed().replace(/\r\n?|\u2028|\u2029/g, '\n'))}\n${fence}`;
}

/** Some readers of Markdown end a line at more than its line ends. */
function oneLine(text: string): string {
  return plainText(text.toWellFormed()).replace(/\s+/g, ' ');
}

function shownWord(word: string): string {
  return linkLike.test(word) ? markdownCode(word) : word.replace(meaningful, '\\$&').replace(opening, '$1\\$2');
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
