import type { SecretMatch } from './redactionKnown';

/**
 * Tokens whose issuers gave them a shape that can be told from other text: `prefix` and what must follow. Sources: the issuers' own
 * pages on secret scanning. Each begins a run of letters, digits, `_` and `-`, and nothing else in code or prose does.
 */
const shapes: readonly (readonly [kind: string, pattern: string])[] = [
  ['Anthropic key', String.raw`sk-ant-[A-Za-z0-9_-]{20,}`],
  ['Langfuse key', String.raw`sk-lf-[0-9a-f-]{36}`],
  ['OpenAI key', String.raw`sk-(?:proj-|svcacct-|admin-|None-|or-v1-)?(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z0-9]{16})[A-Za-z0-9_-]{20,}`],
  ['Stripe key', String.raw`[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9]{24,}={0,2}`],
  ['AWS key', String.raw`A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9_-])`],
  ['GitHub token', String.raw`gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{22,255}`],
  ['GitLab token', String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]+)*`],
  ['Slack token', String.raw`xox[abeoprs]-(?=[A-Za-z-]*\d)[A-Za-z0-9-]{12,}|xapp-\d-[A-Z0-9]+-\d+-[A-Za-z0-9]{20,}`],
  ['Google key', String.raw`AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{24,}`],
  ['npm token', String.raw`npm_[A-Za-z0-9]{36}`],
  ['PyPI token', String.raw`pypi-AgE[A-Za-z0-9_-]{40,}`],
  ['Hugging Face token', String.raw`(?:hf|api_org)_[A-Za-z]{0,3}(?=[A-Za-z0-9]*[A-Z0-9])[A-Za-z0-9]{28,}`],
  ['model provider key', String.raw`(?:gsk_|xai-|pplx-|nvapi-|r8_|fw_|csk-|tgp_v1_)(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{24,}`],
  ['Sourcegraph token', String.raw`sg(?:p|amp|d)_[A-Za-z0-9_]{30,}`],
  ['Grafana token', String.raw`gl(?:sa|c)_[A-Za-z0-9]{32,}(?:_[0-9a-f]{8})?={0,2}`],
  ['Honeycomb key', String.raw`hc[abcx]ik_[A-Za-z0-9]{50,}|hcal?k_[A-Za-z0-9]{30,}`],
  ['DigitalOcean token', String.raw`do[opr]_v1_[0-9a-f]{64}`],
  ['Databricks token', String.raw`dapi[0-9a-f]{32}(?:-\d)?`],
  ['Docker token', String.raw`dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}`],
  ['Atlassian token', String.raw`AT(?:ATT3|BB|CTT3)(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}(?:=[0-9A-F]{8})?`],
  ['Shopify token', String.raw`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}`],
  ['Twilio key', String.raw`SK[0-9a-f]{32}(?![A-Za-z0-9_-])`],
  ['Mailgun key', String.raw`key-[0-9a-f]{32}(?![A-Za-z0-9_-])`],
  ['Square token', String.raw`sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,}`],
  ['Supabase key', String.raw`sb(?:p_[0-9a-f]{40}|_secret_[A-Za-z0-9_-]{20,})`],
  ['PlanetScale token', String.raw`pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_-]{32,}`],
  ['Linear key', String.raw`lin_(?:api|oauth)_[A-Za-z0-9]{32,}`],
  ['Notion token', String.raw`ntn_[A-Za-z0-9]{40,}|secret_(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{43}(?![A-Za-z0-9_-])`],
  ['Figma token', String.raw`figd_[A-Za-z0-9_-]{30,}`],
  ['Postman key', String.raw`PMAK-[0-9a-f]{24}-[0-9a-f]{34}`],
  ['New Relic key', String.raw`NRAK-[A-Z0-9]{27}`],
  ['Sentry token', String.raw`sntry[su]_[A-Za-z0-9_-]{40,}(?:[+/=][A-Za-z0-9_-]*)*`],
  ['Tailscale key', String.raw`tskey-[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{20,}`],
  ['Pulumi token', String.raw`pul-[0-9a-f]{40}`],
  ['RubyGems key', String.raw`rubygems_[0-9a-f]{48}`],
  ['age key', String.raw`AGE-SECRET-KEY-1[A-Z0-9]{50,}`],
  ['JSON web token', String.raw`eyJ[A-Za-z0-9_-]{8,}\.(?:[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*)(?:\.[A-Za-z0-9_-]*){0,2}`],
];

const atRunStart = new RegExp(shapes.map(([, pattern]) => `(${pattern})`).join('|'), 'y');

/** Shapes with something before the run: all of the stretch up to the run's start, then the run itself. */
const behind: readonly (readonly [kind: string, before: RegExp, after: RegExp])[] = [
  ['SendGrid key', /SG\.$/, /[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/y],
  ['Vault token', /hv[sbr]\.$/, /[A-Za-z0-9_-]{24,}/y],
  ['Google token', /ya29\.$/, /[A-Za-z0-9_-]{20,}/y],
  ['Doppler token', /dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?$/, /[A-Za-z0-9]{40,}/y],
  ['Telegram token', /(?<!\d)\d{8,10}:$/, /AA[A-Za-z0-9_-]{33}/y],
  ['Azure client secret', /[A-Za-z0-9_.~-]{3}\dQ~$/, /[A-Za-z0-9_.~-]{30,36}/y],
  ['Slack webhook', /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Z0-9/]{1,60}\/$/, /[A-Za-z0-9]{16,}/y],
  ['Discord webhook', /discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/\d{10,24}\/$/, /[A-Za-z0-9_-]{30,}/y],
  ['Teams webhook', /webhook\.office\.com\/webhookb2\/[0-9a-f@-]{36,80}\/IncomingWebhook\/$/, /[0-9a-f]{32}\/[0-9a-f-]{36}/y],
];

const shortestRun = 16;
const longestBefore = 120;

const isRun = new Uint8Array(0x10000);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-') isRun[character.charCodeAt(0)] = 1;

/**
 * Tokens of known issuers. Every one of them holds 16 characters of a token in a row, which little other text does: the search looks
 * at each 16th character only, until it meets one.
 */
export function findShapes(text: string): SecretMatch[] {
  const found: SecretMatch[] = [];
  for (let at = shortestRun - 1; at < text.length; ) {
    if (isRun[text.charCodeAt(at)] === 0) {
      at += shortestRun;
      continue;
    }
    const lowest = at - shortestRun + 1;
    let start = at;
    while (start > lowest && isRun[text.charCodeAt(start - 1)] === 1) start--;
    if (start > lowest) {
      at = start + shortestRun - 1;
      continue;
    }
    let end = at + 1;
    while (end < text.length && isRun[text.charCodeAt(end)] === 1) end++;
    const match = shapeAt(text, afterEscape(text, start));
    if (match) found.push(match);
    at = Math.max(end, match?.end ?? 0) + shortestRun - 1;
  }
  return found;
}

function shapeAt(text: string, start: number): SecretMatch | undefined {
  atRunStart.lastIndex = start;
  const match = atRunStart.exec(text);
  if (match) {
    const shape = shapes[match.findIndex((group, index) => index > 0 && group !== undefined) - 1];
    return { start, end: atRunStart.lastIndex, label: shape?.[0] ?? 'secret' };
  }
  // Only after these does one of the shapes below begin.
  if (!'.:~/'.includes(text.charAt(start - 1)) || start === 0) return undefined;
  const before = text.slice(Math.max(0, start - longestBefore), start);
  for (const [kind, opening, token] of behind) {
    const opened = opening.exec(before);
    if (!opened) continue;
    token.lastIndex = start;
    if (token.test(text)) return { start: kind.endsWith('webhook') ? start : start - opened[0].length, end: token.lastIndex, label: kind };
  }
  return undefined;
}

/** The run's true start: an escape of JSON (`\n`, `\u001b`) or of a URL (`%20`) before a token is made of the same characters. */
function afterEscape(text: string, start: number): number {
  const before = text.charAt(start - 1);
  if (before === '\\') return text.charAt(start) === 'u' ? start + 5 : start + 1;
  if (before === '%') return start + 2;
  return start;
}
