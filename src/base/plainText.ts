/** What a model writes, for a terminal: its lines and tabs, without control characters. Good for pieces, wherever they are cut. */
export function terminalText(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, (controls) => controls.replace(/[^\n\t]+/g, ''));
}

/** Text of agents and people for a terminal: one line, without the control characters that could move its cursor or change its title. */
export function plainText(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
