import { addressOf, plainEndpoint } from '../base/endpoint';
import { OrchestratorError } from '../base/errors';

const faults = { 'no-http': 'The base URL is not an http or https address.', credentials: 'holds a user or a password.', query: 'holds a query or a fragment.' } as const;

/**
 * The address that a provider is asked at, without a slash at its end.
 * @throws OrchestratorError `endpoint-invalid` for what is not http(s), or holds a user, a password, a query or a fragment
 */
export function checkedEndpoint(text: string): string {
  const checked = plainEndpoint(text);
  if ('url' in checked) return addressOf(checked.url);
  // What was given is not repeated: it may hold a password.
  const message = checked.fault === 'no-http' ? faults['no-http'] : `The base URL for ${checked.host} ${faults[checked.fault]}`;
  throw new OrchestratorError('endpoint-invalid', message, 'Give an address like http://127.0.0.1:11434/v1; keys do not belong into it.');
}
