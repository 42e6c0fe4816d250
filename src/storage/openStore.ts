import type { Store, StoreOptions } from './store';
import { openStoreClient } from './storeClient';

/**
 * Opens (or makes) the store of a folder.
 *
 * Throws `store-locked` (another computer or a hung process holds it), `store-newer` (written by a newer version; untouched),
 * `disk-full` and `store-failed`. A damaged file is moved aside and told in `notices`.
 */
export function openStore(options: StoreOptions): Promise<Store> {
  return openStoreClient(options);
}
