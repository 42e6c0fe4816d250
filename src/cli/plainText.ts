/** Text of agents and people for a terminal: one line, without the control characters that could move its cursor or change its title. */
export function plainText(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
