/** What a model writes, for a terminal: its lines and tabs, without control characters. Good for pieces, wherever they are cut. */
export function terminalText(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, (controls) => controls.replace(/[^\n\t]+/g, ''));
}

/** Text of agents and people for a terminal: one line, without the control characters that could move its cursor, change its title or turn the order of what is read. */
export function plainText(text: string): string {
  return text.replace(/\p{Bidi_Control}+/gu, '').replace(/\p{Cc}+/gu, ' ').trim();
}
