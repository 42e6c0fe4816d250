/**
 * Secrets of nearly fifty shapes, made up and put together here: written out, they would be taken for real ones by whoever scans the repository.
 */
export interface PlantedSecret {
  readonly kind: string;
  /** As it stands in a text, with what announces it. */
  readonly text: string;
  /** The part that must not survive. */
  readonly secret: string;
}

const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const hex = `${digits}abcdef`;
const letters = `${lower}${lower.toUpperCase()}`;

/** Characters that look random and are the same in every run; every third one is a digit where the alphabet has some. */
function made(length: number, alphabet: string, seed: number): string {
  let state = seed * 7919 + length;
  const own = [...alphabet].filter((character) => digits.includes(character));
  return Array.from({ length }, (_, index) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const from = index % 3 === 2 && own.length > 0 ? own : alphabet;
    return from[Math.floor(state / 65_536) % from.length];
  }).join('');
}

const word = `${letters}${digits}`;
const upper = `${lower.toUpperCase()}${digits}`;

function bare(kind: string, secret: string): PlantedSecret {
  return { kind, text: secret, secret };
}

function within(kind: string, before: string, secret: string, after = ''): PlantedSecret {
  return { kind, text: `${before}${secret}${after}`, secret };
}

const privateKey = [`-----${'BEGIN'} RSA PRIVATE KEY-----`, made(64, word, 60), made(64, word, 61), `${made(20, word, 62)}==`, `-----${'END'} RSA PRIVATE KEY-----`].join('\n');
const webToken = [`eyJ${made(18, word, 63)}`, `eyJ${made(40, word, 64)}`, made(43, word, 65)].join('.');

export const plantedSecrets: readonly PlantedSecret[] = [
  bare('OpenAI project key', `${'sk'}-proj-${made(48, word, 1)}`),
  bare('OpenAI legacy key', `${'sk'}-${made(48, word, 2)}`),
  bare('Anthropic key', `${'sk'}-ant-api03-${made(60, word, 3)}-AA`),
  bare('OpenRouter key', `${'sk'}-or-v1-${made(64, hex, 4)}`),
  bare('AWS access key', `${'AK'}IA${made(16, upper, 5)}`),
  within('AWS secret key', 'aws_secret_access_key = ', made(40, `${word}/+`, 6)),
  bare('GitHub token', `${'gh'}p_${made(36, word, 7)}`),
  bare('GitHub fine-grained token', `${'github'}_pat_${made(22, word, 8)}_${made(59, word, 9)}`),
  bare('GitLab token', `${'gl'}pat-${made(20, word, 10)}`),
  bare('Slack bot token', `${'xo'}xb-${made(11, digits, 11)}-${made(12, digits, 12)}-${made(24, word, 13)}`),
  bare('Slack app token', `${'xa'}pp-1-A${made(10, upper, 14)}-${made(12, digits, 15)}-${made(64, hex, 16)}`),
  within('Slack webhook', `https://${'hooks'}.slack.com/services/T${made(8, upper, 17)}/B${made(8, upper, 18)}/`, made(24, word, 19)),
  within('Discord webhook', `https://${'discord'}.com/api/webhooks/${made(18, digits, 20)}/`, made(68, word, 21)),
  bare('Google key', `${'AI'}za${made(35, word, 22)}`),
  bare('Google OAuth token', `${'ya'}29.${made(60, word, 23)}`),
  bare('npm token', `${'np'}m_${made(36, word, 24)}`),
  bare('PyPI token', `${'py'}pi-AgEIcHlwaS5vcmc${made(60, word, 25)}`),
  bare('Hugging Face token', `${'h'}f_${made(34, letters, 26)}`),
  bare('Stripe live key', `${'s'}k_live_${made(24, word, 27)}`),
  bare('Stripe webhook secret', `${'wh'}sec_${made(32, word, 28)}`),
  bare('SendGrid key', `${'S'}G.${made(22, word, 29)}.${made(43, word, 30)}`),
  bare('Twilio key', `${'S'}K${made(32, hex, 31)}`),
  bare('JSON web token', webToken),
  bare('private key', privateKey),
  bare('age key', `${'AGE'}-SECRET-KEY-1${made(58, upper, 32)}`),
  within('bearer authorization', 'Authorization: Bearer ', made(40, `${word}.`, 33)),
  within('basic authorization', 'Authorization: Basic ', Buffer.from(`user:${made(16, word, 34)}`).toString('base64')),
  within('URL password', 'https://deploy:', made(20, word, 35), '@git.example.com/team/app.git'),
  within('database URL', 'postgres://app:', `${made(12, word, 36)}%40x`, '@db.example.com:5432/main'),
  within('Redis URL', 'redis://:', made(24, word, 37), '@cache.example.com:6379'),
  within('Azure storage key', 'DefaultEndpointsProtocol=https;AccountName=files;AccountKey=', `${made(86, `${word}+/`, 38)}==`, ';EndpointSuffix=core.windows.net'),
  within('SQL connection string', 'Server=db;User Id=sa;Password=', `${made(10, word, 39)}!x`, ';Encrypt=true'),
  within('signed URL', 'https://files.blob.core.windows.net/a/b?sv=2025&sp=r&sig=', `${made(43, word, 40)}%3D`),
  bare('Azure client secret', `${made(3, lower, 41)}8${'Q'}~${made(34, word, 42)}`),
  within('password assignment', 'DB_PASSWORD=', `${made(10, word, 43)}#1`),
  within('quoted password', 'password: "', `${made(9, word, 44)}!`, '"'),
  within('JSON secret', '{"client_secret": "', made(32, word, 45), '"}'),
  within('command line option', 'deploy --token ', made(24, word, 46), ' --force'),
  within('key in a URL', 'https://api.example.com/v1/data?api_key=', made(32, word, 47), '&page=2'),
  within('AWS secret key of few digits', 'AWS_SECRET_ACCESS_KEY=', `${'wJalrXUtn'}FEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`),
  within('variable with one digit', 'DEPLOY_TOKEN=', `${made(20, letters, 58)}7${made(4, letters, 59)}`),
  within('user and password of curl', 'curl -u admin:', made(14, word, 52), ' https://ci.example.com/api'),
  within('proxy password as an argument', '["--proxy-user","ada:', `${made(12, word, 53)}&!`, '"]'),
  within('JSON password with blanks', '{"password":"', `${made(7, word, 54)} with ${made(6, word, 55)}`, '"}'),
  within('JSON passphrase', '{"user":"ada","passphrase": "', 'correct horse battery staple', '"}'),
  within('quoted password with blanks', 'export DB_PASSWORD="', `${made(7, word, 56)} & ${made(8, word, 57)}`, '"'),
  bare('Telegram token', `${made(10, digits.slice(1), 48)}:AA${made(33, word, 49)}`),
  bare('Vault token', `${'hv'}s.${made(90, word, 50)}`),
  bare('DigitalOcean token', `${'do'}p_v1_${made(64, hex, 51)}`),
];
