const replacement = '\uFFFD';

/** Text between tags. Whatever it holds, the document stays well-formed. */
export function xmlText(text: string): string {
  return sound(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

/** A value between double quotes; parsers would make spaces of its line ends and tabs. */
export function xmlValue(text: string): string {
  return xmlText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** ` name="value"` for each that has one. */
export function xmlAttributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values).map(([name, value]) => (value === undefined ? '' : ` ${name}="${xmlValue(String(value))}"`)).join('');
}

/** Only the characters of https://www.w3.org/TR/xml/#charsets: XML 1.0 has no way to write the others, not even as a reference. */
function sound(text: string): string {
  return text.toWellFormed().replace(/\p{Cc}|\uFFFE|\uFFFF/gu, (character) => (/[\t\n\r\u007F-\u009F]/.test(character) ? character : replacement));
}
