import { dataKeyRenewalInterval, type Store } from '@carnet/store';

/**
 * Renews the data keys now and every hour; what fails is told and tried again. Resolves after the
 * first time, with what ends it.
 */
export async function renewDataKeys(
  store: Store,
  onFailure: (error: unknown) => void,
): Promise<() => void> {
  const renew = () => store.renewDataKeys().catch(onFailure);
  await renew();
  const timer = setInterval(renew, dataKeyRenewalInterval);
  timer.unref();
  return () => clearInterval(timer);
}
