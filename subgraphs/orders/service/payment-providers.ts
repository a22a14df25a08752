import { type TimeoutPolicy, TimeoutStrategy, timeout } from 'cockatiel';
import { SECOND } from '../../../kernel/clock.ts';
import { orderError } from '../errors.ts';
import { PaymentProvider } from '../ports.ts';
import type { OrdersHost } from '../settings.ts';

/** A provider by its name; PAYMENT_PROVIDER_UNKNOWN when no plug-in provides it. */
export async function providerOf(host: OrdersHost, name: string): Promise<PaymentProvider> {
  const provider = await host.port(PaymentProvider, name);
  if (!provider) throw orderError('PAYMENT_PROVIDER_UNKNOWN', { provider: name });
  return provider;
}

/**
 * Calls a provider within the time limit of the settings. Rejects when it failed, took too long or is not there: then
 * what it did is unknown, and the same call may be made again.
 */
export async function callProvider<T>(
  host: OrdersHost,
  name: string,
  call: (provider: PaymentProvider) => Promise<T>,
): Promise<T> {
  const limit: TimeoutPolicy = timeout(host.settings.providerTimeoutSeconds * SECOND, TimeoutStrategy.Aggressive);
  return limit.execute(async () => call(await providerOf(host, name)));
}
