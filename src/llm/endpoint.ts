import { OrchestratorError } from '../base/errors';

/**
 * The address that a provider is asked at, without a slash at its end.
 * @throws OrchestratorError `endpoint-invalid` for what is not http(s), or holds a user, a password, a query or a fragment
 */
export function checkedEndpoint(text: string): string {
  const advice = 'Give an address like http://127.0.0.1:11434/v1; keys do not belong into it.';
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  // What was given is not repeated: it may hold a password.
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw new OrchestratorError('endpoint-invalid', 'The base URL is not an http or https address.', advice);
  if (url.username !== '' || url.password !== '') throw new OrchestratorError('endpoint-invalid', `The base URL for ${url.host} holds a user or a password.`, advice);
  if (url.search !== '' || url.hash !== '') throw new OrchestratorError('endpoint-invalid', `The base URL for ${url.host} holds a query or a fragment.`, advice);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
