/** Why an address cannot be kept, shown and sent to as it is. */
export type EndpointFault = 'no-http' | 'credentials' | 'query';

/** An http(s) address that holds nothing but its host and path: what else a URL may carry ends up in logs of proxies and receivers. */
export function plainEndpoint(text: string): { readonly url: URL } | { readonly fault: EndpointFault; readonly host: string } {
  const url = URL.parse(text.trim());
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return { fault: 'no-http', host: '' };
  if (url.username !== '' || url.password !== '') return { fault: 'credentials', host: url.host };
  if (url.search !== '' || url.hash !== '') return { fault: 'query', host: url.host };
  return { url };
}

/** Without a slash at its end. */
export function addressOf({ origin, pathname }: URL): string {
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
